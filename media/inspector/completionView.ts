/** The last completion, byte by byte: what could have come, how sure the model was, where patches closed, and where the time went. */
import * as l10n from '@vscode/l10n';
import type { CompletionTrace } from '../../src/core/engine';
import { glyphs } from '../../src/core/glyphs';
import type { Nothing, ShownCompletion } from '../../src/core/inspectorMessages';
import { button, element, setAttributes } from './dom';
import { send } from './kept';
import { nothing } from './nothing';
import { bytesInWords, milliseconds } from './numbers';
import { PartTable } from './partTimes';
import { StepCard, stepColumns, stepRow } from './stepCard';
import { StepTimes } from './stepTimes';
import { Table } from './table';

/** Milliseconds for which a byte stands while it plays. */
const pace = 450;

const stops: Readonly<Record<ShownCompletion['result']['stop'], string>> = {
  'line-end': l10n.t('ended with the line'),
  'block-end': l10n.t('ended with the block'),
  end: l10n.t('ended by the model'),
  'max-bytes': l10n.t('ended at its limit'),
  unsure: l10n.t('ended because the model was unsure'),
};

export class CompletionView {
  readonly element = element('div');
  readonly #summary = element('p', { class: 'lead' });
  readonly #text = element('p', { class: 'said', 'aria-hidden': true });
  readonly #play = button(l10n.t('Play'), () => {
    this.#toggle();
  });
  readonly #scrub = element('input', {
    type: 'range',
    min: 0,
    step: 1,
    'aria-label': l10n.t('Byte of the completion'),
  });
  readonly #card = new StepCard();
  readonly #times = new StepTimes((step) => {
    this.#stop();
    this.#go(step);
  });
  readonly #parts = new PartTable();
  readonly #table = new Table(l10n.t('All steps'), stepColumns());
  readonly #body: HTMLElement;
  readonly #none = element('div', { class: 'nothing' });
  #completion: ShownCompletion | undefined;
  #trace: CompletionTrace = { promptMs: {}, steps: [] };
  #characters: string[] = [];
  #at = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    this.#scrub.addEventListener('input', () => {
      this.#stop();
      this.#go(this.#scrub.valueAsNumber);
    });
    const move = (by: number) => () => {
      this.#stop();
      this.#go(this.#at + by);
    };
    this.#body = element(
      'div',
      {},
      this.#summary,
      this.#text,
      element(
        'div',
        { class: 'player', role: 'group', 'aria-label': l10n.t('Replay') },
        button(l10n.t('First'), move(-1e6)),
        button(l10n.t('Back'), move(-1)),
        this.#play,
        button(l10n.t('Next'), move(1)),
        this.#scrub,
        button(l10n.t('Run Again'), () => {
          send({ type: 'watch', on: true, again: true });
        }),
      ),
      this.#card.element,
      element('h2', {}, l10n.t('Entropy of each byte')),
      this.#times.entropies,
      element('h2', {}, l10n.t('Where the time went')),
      this.#times.element,
      this.#parts.element,
      element(
        'p',
        { class: 'note' },
        l10n.t(
          'Bytes that probably come next are read ahead with the byte before them, in one run; they cost nothing more if they are said.',
        ),
      ),
      this.#table.element,
    );
    this.element.append(this.#none, this.#body);
    this.#body.hidden = true;
  }

  show(completion: ShownCompletion | Nothing): void {
    this.#stop();
    const isNothing = 'kind' in completion;
    this.#none.hidden = !isNothing;
    this.#body.hidden = isNothing;
    if (isNothing) {
      this.#none.replaceChildren(...nothing(completion));
      return;
    }
    this.#completion = completion;
    const { result } = completion;
    this.#trace = result.trace ?? this.#trace;
    const { steps } = this.#trace;
    this.#characters = glyphs(Uint8Array.from(steps, ({ byte }) => byte));
    const patches = steps.filter(({ said, startsPatch }) => said && startsPatch).length;
    this.#summary.textContent = l10n.t(
      '{0}: {1} in {3}, {4}. Patches that started: {2}. Of the prompt, {5} were cached and {6} read.',
      completion.file,
      bytesInWords(result.bytes.length),
      patches,
      milliseconds(result.ms),
      stops[result.stop],
      bytesInWords(result.reusedBytes),
      bytesInWords(result.prefilledBytes),
    );
    setAttributes(this.#scrub, { max: steps.length - 1 });
    this.#times.show(steps, completion.thresholdNats);
    this.#table.show(l10n.t('All steps as a table'), () =>
      steps.map((step, i) => stepRow(step, i, this.#characters[i] ?? '')),
    );
    this.#go(0);
  }

  #toggle(): void {
    if (this.#timer !== undefined) {
      this.#stop();
      return;
    }
    if (this.#at >= this.#trace.steps.length - 1) this.#go(0);
    this.#play.textContent = l10n.t('Pause');
    this.#timer = setInterval(() => {
      this.#go(this.#at + 1);
      if (this.#at >= this.#trace.steps.length - 1) this.#stop();
    }, pace);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#play.textContent = l10n.t('Play');
  }

  /** Nothing plays on where nobody looks. */
  hide(): void {
    this.#stop();
  }

  #go(step: number): void {
    const { steps } = this.#trace;
    this.#at = Math.max(0, Math.min(steps.length - 1, step));
    const here = steps[this.#at];
    if (!here) return;
    this.#scrub.valueAsNumber = this.#at;
    setAttributes(this.#scrub, { 'aria-valuetext': l10n.t('byte {0} of {1}', this.#at + 1, steps.length) });
    this.#times.choose(this.#at);
    this.#drawText();
    this.#card.show(here, this.#at, this.#characters[this.#at] ?? '', this.#completion?.thresholdNats ?? null);
    this.#parts.show(this.#trace, here);
  }

  #drawText(): void {
    const before = element('span', { class: 'before' }, this.#completion?.line ?? '');
    let odd = false;
    const bytes = this.#trace.steps.slice(0, this.#at + 1).map((step, i) => {
      if (step.startsPatch) odd = !odd;
      const kinds = [
        'byte',
        odd && 'odd',
        step.startsPatch && 'starts',
        i === this.#at && 'now',
        !step.said && 'unsaid',
      ];
      return element('span', { class: kinds.filter(Boolean).join(' ') }, this.#characters[i] ?? '');
    });
    this.#text.replaceChildren(before, ...bytes);
  }
}
