/** What each part of the model took: for the prompt, for one byte and for all of them. */
import * as l10n from '@vscode/l10n';
import { engineParts, type CompletionTrace, type EnginePart, type TraceStep } from '../../src/core/engine';
import { element } from './dom';
import { milliseconds } from './numbers';

const partNames: Readonly<Record<EnginePart, string>> = {
  entropy: l10n.t('entropy model'),
  encoder: l10n.t('local encoder'),
  latent: l10n.t('latent transformer'),
  decoder: l10n.t('local decoder'),
  wide: l10n.t('wide transformer'),
  local: l10n.t('local transformer'),
  copying: l10n.t('copying'),
};

export class PartTable {
  readonly #body = element('tbody');
  readonly element = element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': l10n.t('Time by part') },
    element(
      'table',
      { class: 'totals' },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...[l10n.t('Part'), l10n.t('Prompt'), l10n.t('This byte'), l10n.t('All bytes')].map((name) =>
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
