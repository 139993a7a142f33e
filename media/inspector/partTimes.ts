/** What each part of the model took: for the prompt, for one byte and for all of them. */
import { engineParts, type CompletionTrace, type EnginePart, type TraceStep } from '../../src/core/engine';
import { element } from './dom';
import { t } from './l10n';
import { milliseconds } from './numbers';

const partNames: Readonly<Record<EnginePart, string>> = {
  entropy: t('entropy model'),
  encoder: t('local encoder'),
  latent: t('latent transformer'),
  decoder: t('local decoder'),
  wide: t('wide transformer'),
  local: t('local transformer'),
  copying: t('copying'),
};

export class PartTable {
  readonly #body = element('tbody');
  readonly element = element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('Time by part') },
    element(
      'table',
      { class: 'totals' },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...[t('Part'), t('Prompt'), t('This byte'), t('All bytes')].map((name) =>
            element('th', { scope: 'col' }, name),
          ),
        ),
      ),
      this.#body,
    ),
  );

  show({ promptMs, steps }: CompletionTrace, step: TraceStep): void {
    const all = (part: EnginePart) => steps.reduce((total, { ms }) => total + (ms[part] ?? 0), 0);
    const parts = engineParts.filter((part) => promptMs[part] !== undefined || all(part) > 0);
    this.#body.replaceChildren(
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
