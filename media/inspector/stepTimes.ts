/** Columns, one for each step of a completion: the entropy, and the times of the parts on top of each other. For the mouse: keys
 * have the slider above. */
import { engineParts, type TraceStep } from '../../src/core/engine';
import { element, setAttributes } from './dom';

/** Pixels. */
const tallest = 84;

export class StepTimes {
  readonly element = element('div', { class: 'columns', 'aria-hidden': true });
  readonly entropies = element('div', { class: 'columns', 'aria-hidden': true });

  constructor(private readonly onChoose: (step: number) => void) {}

  /** Nats; a dashed line stands at the threshold, if there is one. */
  show(steps: readonly TraceStep[], thresholdNats: number | null): void {
    const total = ({ ms }: TraceStep) => Object.values(ms).reduce((sum, each) => sum + each, 0);
    const slowest = Math.max(...steps.map(total), 0.001);
    this.element.replaceChildren(
      ...steps.map((step, i) =>
        this.#column(
          step,
          i,
          engineParts.map((part) => block(part, (step.ms[part] ?? 0) / slowest)),
        ),
      ),
    );
    const highest = Math.max(...steps.map(({ entropyNats }) => entropyNats), thresholdNats ?? 0, 0.001);
    const columns = steps.map((step, i) => this.#column(step, i, [block('nats', step.entropyNats / highest)]));
    this.entropies.replaceChildren(...columns);
    if (thresholdNats !== null) {
      const line = element('span', { class: 'threshold-mark' });
      line.style.bottom = `${(thresholdNats / highest) * tallest}px`;
      this.entropies.append(line);
    }
  }

  choose(step: number): void {
    for (const columns of [this.element, this.entropies]) {
      columns.querySelectorAll('.column').forEach((column, i) => {
        setAttributes(column, { 'data-now': i === step });
      });
    }
  }

  #column(step: TraceStep, i: number, blocks: readonly HTMLElement[]): HTMLElement {
    const column = element('div', { class: step.startsPatch ? 'column starts' : 'column' }, ...blocks);
    column.addEventListener('click', () => {
      this.onChoose(i);
    });
    return column;
  }
}

function block(kind: string, share: number): HTMLElement {
  const out = element('span', { class: `block ${kind}` });
  out.style.height = `${share * tallest}px`;
  return out;
}
