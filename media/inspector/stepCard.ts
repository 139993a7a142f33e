/** One step of a completion: the byte that was chosen, and what else could have come. */
import * as l10n from '@vscode/l10n';
import { candidatesPerByte, type PartTimes, type TraceStep } from '../../src/core/engine';
import { byteInWords } from '../../src/core/glyphs';
import { candidateBars } from './byteCard';
import { element } from './dom';
import { bits, milliseconds, percent } from './numbers';
import type { Row } from './table';

export const sumOf = (times: PartTimes): number => Object.values(times).reduce((total, ms) => total + ms, 0);

export class StepCard {
  readonly element = element('section', { class: 'card', 'aria-live': 'polite', 'aria-label': l10n.t('The step') });

  /** `index` counts from 0; `glyph` stands for the byte; nats, null where patches have a fixed length. */
  show(step: TraceStep, index: number, glyph: string, thresholdNats: number | null): void {
    const said = [
      step.startsPatch
        ? l10n.t('Starts a patch: the one before was closed, and the latent transformer took a step.')
        : l10n.t('Goes on with its patch.'),
      step.readAhead ? l10n.t('Was predicted by a run that had read ahead.') : '',
      step.said ? '' : l10n.t('Was not said: the completion ended before it.'),
    ].filter((sentence) => sentence !== '');
    const facts: readonly (readonly [name: string, value: string])[] = [
      [l10n.t('Probability'), percent(step.probability)],
      [l10n.t('Model alone'), percent(step.modelProbability)],
      [l10n.t('Entropy'), bits(step.entropyNats)],
      ...(thresholdNats === null ? [] : ([[l10n.t('Threshold'), bits(thresholdNats)]] as const)),
      [l10n.t('Time'), milliseconds(sumOf(step.ms))],
    ];
    this.element.replaceChildren(
      element(
        'div',
        { class: 'facts' },
        element('h2', {}, l10n.t('Byte {0}: {1}', index + 1, byteInWords(step.byte, glyph))),
        element('dl', {}, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])),
        element('p', { class: 'note' }, said.join(' ')),
      ),
      candidateBars(
        step.candidateBytes.subarray(0, candidatesPerByte),
        step.candidateProbabilities,
        step.byte,
        l10n.t('chosen'),
      ),
    );
  }
}

export const stepColumns = (): string[] => [
  l10n.t('Step'),
  l10n.t('Byte'),
  l10n.t('Probability'),
  l10n.t('Model alone'),
  l10n.t('Entropy'),
  l10n.t('Patch'),
  l10n.t('Time'),
];

export function stepRow(step: TraceStep, index: number, glyph: string): Row {
  const flags = [
    step.startsPatch && l10n.t('starts'),
    step.readAhead && l10n.t('read ahead'),
    !step.said && l10n.t('not said'),
  ];
  return {
    name: String(index + 1),
    cells: [
      byteInWords(step.byte, glyph),
      percent(step.probability),
      percent(step.modelProbability),
      bits(step.entropyNats),
      flags.filter((flag) => flag !== false).join(', '),
      milliseconds(sumOf(step.ms)),
    ],
  };
}
