/** The last completion, byte by byte: what could have come, how sure the model was, where patches closed, and where the time went. */
import {
  engineParts,
  type CompletionTrace,
  type EnginePart,
  type PartTimes,
  type TraceStep,
} from '../../src/core/engine';
import { byteInWords, glyphs } from '../../src/core/glyphs';
import type { Nothing, ShownCompletion } from '../../src/core/inspectorMessages';
import { candidateBars } from './byteCard';
import { button, element, say, setAttributes } from './dom';
import { send } from './kept';
import { t } from './l10n';
import { bits, milliseconds, percent } from './numbers';
import { nothing } from './nothing';
import { StepTimes } from './stepTimes';

/** Milliseconds for which a byte stands while it plays. */
const pace = 450;

export const partNames: Readonly<Record<EnginePart, string>> = {
  entropy: t('entropy model'),
  encoder: t('local encoder'),
  latent: t('latent transformer'),
  decoder: t('local decoder'),
  wide: t('wide transformer'),
  local: t('local transformer'),
  copying: t('copying'),
};

const stops: Readonly<Record<ShownCompletion['result']['stop'], string>> = {
  'line-end': t('ended with the line'),
  end: t('ended by the model'),
  'max-bytes': t('ended at its limit'),
  unsure: t('ended because the model was unsure'),
};

export class CompletionView {
  readonly element = element('div');
  readonly #summary = element('p', { class: 'lead' });
  readonly #text = element('p', { class: 'said', 'aria-hidden': true });
  readonly #play = button(t('Play'), () => {
    this.#toggle();
  });
  readonly #scrub = element('input', { type: 'range', min: 0, step: 1, 'aria-label': t('Byte of the completion') });
  readonly #step = element('section', { class: 'card', 'aria-live': 'polite', 'aria-label': t('The step') });
  readonly #times = new StepTimes((step) => {
    this.#stop();
    this.#go(step);
  });
  readonly #totals = element('tbody');
  readonly #rows = element('tbody');
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
    const head = (...names: readonly string[]) =>
      element('thead', {}, element('tr', {}, ...names.map((name) => element('th', { scope: 'col' }, name))));
    const details = element('details', { class: 'table' });
    details.append(
      element('summary', {}, t('All steps as a table')),
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('All steps') },
        element(
          'table',
          {},
          head(t('Step'), t('Byte'), t('Probability'), t('Model alone'), t('Entropy'), t('Patch'), t('Time')),
          this.#rows,
        ),
      ),
    );
    this.#body = element(
      'div',
      {},
      this.#summary,
      this.#text,
      element(
        'div',
        { class: 'player', role: 'group', 'aria-label': t('Replay') },
        button(t('First'), move(-1e6)),
        button(t('Back'), move(-1)),
        this.#play,
        button(t('Next'), move(1)),
        this.#scrub,
        button(t('Run Again'), () => {
          send({ type: 'watch', on: true, again: true });
        }),
      ),
      this.#step,
      element('h2', {}, t('Entropy of each byte')),
      this.#times.entropies,
      element('h2', {}, t('Where the time went')),
      this.#times.element,
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('Time by part') },
        element(
          'table',
          { class: 'totals' },
          head(t('Part'), t('Prompt'), t('This byte'), t('All bytes')),
          this.#totals,
        ),
      ),
      element(
        'p',
        { class: 'note' },
        t(
          'Bytes that probably come next are read ahead with the byte before them, in one run; they cost nothing more if they are said.',
        ),
      ),
      details,
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
    this.#summary.textContent = t(
      '{0}: {1} bytes, {2} patch starts, {3}; {4}. Of the prompt, {5} bytes were cached and {6} read.',
      completion.file,
      result.bytes.length,
      patches,
      milliseconds(result.ms),
      stops[result.stop],
      result.reusedBytes,
      result.prefilledBytes,
    );
    setAttributes(this.#scrub, { max: steps.length - 1 });
    this.#times.show(steps, completion.thresholdNats);
    this.#rows.replaceChildren(...steps.map((step, i) => this.#row(step, i)));
    this.#go(0);
  }

  #row(step: TraceStep, i: number): HTMLTableRowElement {
    const cells = [
      byteInWords(step.byte, this.#characters[i] ?? ''),
      percent(step.probability),
      percent(step.modelProbability),
      bits(step.entropyNats),
      [step.startsPatch && t('starts'), step.readAhead && t('read ahead'), !step.said && t('not said')]
        .filter(Boolean)
        .join(', '),
      milliseconds(sum(step.ms)),
    ];
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, String(i + 1)),
      ...cells.map((cell) => element('td', {}, cell)),
    );
  }

  #toggle(): void {
    if (this.#timer !== undefined) {
      this.#stop();
      return;
    }
    if (this.#at >= this.#trace.steps.length - 1) this.#go(0);
    this.#play.textContent = t('Pause');
    this.#timer = setInterval(() => {
      this.#go(this.#at + 1);
      if (this.#at >= this.#trace.steps.length - 1) this.#stop();
    }, pace);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#play.textContent = t('Play');
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
    setAttributes(this.#scrub, { 'aria-valuetext': t('byte {0} of {1}', this.#at + 1, steps.length) });
    this.#times.choose(this.#at);
    this.#drawText();
    this.#drawStep(here);
    this.#drawTotals(here);
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

  #drawStep(step: TraceStep): void {
    const threshold = this.#completion?.thresholdNats ?? null;
    const flags = [
      step.startsPatch
        ? t('Starts a patch: the one before was closed, and the latent transformer took a step.')
        : t('Goes on with its patch.'),
      step.readAhead ? t('Was predicted by a run that had read ahead.') : '',
      step.said ? '' : t('Was not said: the completion ended here.'),
    ].filter((flag) => flag !== '');
    const facts: readonly (readonly [string, string])[] = [
      [t('Probability'), percent(step.probability)],
      [t('Model alone'), percent(step.modelProbability)],
      [t('Entropy'), bits(step.entropyNats)],
      ...(threshold === null ? [] : ([[t('Threshold'), bits(threshold)]] as const)),
      [t('Time'), milliseconds(sum(step.ms))],
    ];
    const title = element('h2', {});
    say(title, t('Byte {0}: {1}', this.#at + 1, byteInWords(step.byte, this.#characters[this.#at] ?? '')));
    this.#step.replaceChildren(
      element(
        'div',
        { class: 'facts' },
        title,
        element('dl', {}, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])),
        element('p', { class: 'note' }, flags.join(' ')),
      ),
      candidateBars(step.candidateBytes, step.candidateProbabilities, step.byte, t('chosen')),
    );
  }

  #drawTotals(step: TraceStep): void {
    const { promptMs, steps } = this.#trace;
    const all = (part: EnginePart) => steps.reduce((total, { ms }) => total + (ms[part] ?? 0), 0);
    const parts = engineParts.filter((part) => promptMs[part] !== undefined || all(part) > 0);
    this.#totals.replaceChildren(
      ...parts.map((part) =>
        element(
          'tr',
          {},
          element(
            'th',
            { scope: 'row' },
            element('span', { class: `swatch ${part}`, 'aria-hidden': true }),
            partNames[part],
          ),
          ...[promptMs[part] ?? 0, step.ms[part] ?? 0, all(part)].map((ms) => element('td', {}, milliseconds(ms))),
        ),
      ),
    );
  }
}

const sum = (times: PartTimes): number => Object.values(times).reduce((total, ms) => total + ms, 0);
