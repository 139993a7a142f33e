/** Whether confidence is what it says. */

import { clean } from '../conditions';
import { curvePlot, type CurvePoint, type Plot } from '../plots';
import type { Evaluation } from '../results';
import { asNumber, mean, type Measures } from './measures';
import { number, percent, table } from './tables';

/** Equally many answers each: few of them are sure, so bins of equal width would hold a handful. */
const groups = 5;

export function reliability({ results }: Evaluation, { under }: Measures, plots: Plot[]): string {
  const points: (CurvePoint & { i: number })[] = [];
  const rows: string[][] = [];
  for (const one of results) {
    const own = under(one, clean.id)
      .filter(({ confidence }) => Number.isFinite(confidence))
      .sort((a, b) => a.confidence - b.confidence);
    if (own.length < groups) continue;
    const cells = Array.from({ length: groups }, (_, i) => {
      const group = own.slice((i * own.length) / groups, ((i + 1) * own.length) / groups);
      const sure = mean(group.map(({ confidence }) => confidence));
      const right = mean(group.map(({ exact }) => asNumber(exact)));
      points.push({ series: one.name, x: 100 * sure, y: 100 * right, i });
      return `${percent(sure)} → ${percent(right)}`;
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
  const head = ['the least sure fifth', 'second', 'third', 'fourth', 'the surest fifth'];
  return `## Confidence

Confidence is the probability that a completer gives to the bytes of its whole completion, but not to their being all of the line, so it is more than the share of exact lines, the more so for the short lines that a search finds (how well it fits at the places where suggestions are shown: [confidence.md](confidence.md)). For each fifth of the answers its mean confidence and its exact matches, both in %, and the Brier score (mean squared error; 0 is perfect):

${table(['', ...head, 'Brier'], rows)}

PLOT:reliability
`;
}
