/** Whether confidence is what it says. */

import { clean } from '../conditions';
import { curvePlot, type CurvePoint, type Plot } from '../plots';
import type { Evaluation } from '../results';
import { asNumber, mean, type Measures } from './measures';
import { number, percent, table } from './tables';

export function reliability({ results }: Evaluation, { under }: Measures, plots: Plot[]): string {
  const bins = 10;
  const points: (CurvePoint & { i: number })[] = [];
  const rows: string[][] = [];
  for (const one of results) {
    const own = under(one, clean.id).filter(({ confidence }) => Number.isFinite(confidence));
    if (own.length === 0) continue;
    const cells = Array.from({ length: bins }, (_, bin) => {
      const inBin = own.filter(({ confidence }) => Math.min(bins - 1, Math.floor(confidence * bins)) === bin);
      if (inBin.length === 0) return '–';
      const [sure, right] = [
        mean(inBin.map(({ confidence }) => confidence)),
        mean(inBin.map(({ exact }) => asNumber(exact))),
      ];
      points.push({ series: one.name, x: 100 * sure, y: 100 * right, i: bin });
      return `${percent(right)} (${inBin.length})`;
    });
    const error = own.reduce((sum, { confidence, exact }) => sum + (confidence - asNumber(exact)) ** 2, 0) / own.length;
    rows.push([one.name, ...cells, number(error, 3)]);
  }
  if (rows.length === 0) return '';
  plots.push({
    name: 'reliability',
    alt: 'Share of completions that are right over the confidence of the model',
    spec: curvePlot(
      'Is the confidence what it says?',
      { x: 'confidence in the whole line, %', y: 'exact match, %' },
      points,
      'diagonal',
    ),
  });
  const head = Array.from({ length: bins }, (_, bin) => `${bin * 10}–${(bin + 1) * 10}`);
  return `## Confidence

Confidence is the probability that a completer gives to its whole completion; that of a package is calibrated (how well, at the places where suggestions are shown: [confidence.md](confidence.md)). Exact match % (n) by confidence in %, and the Brier score (mean squared error; 0 is perfect):

${table(['', ...head, 'Brier'], rows)}

PLOT:reliability
`;
}
