/** What noise before the cursor takes away. */

import { clean, noisy } from '../conditions';
import { intervalPlot, type Bar, type Plot } from '../plots';
import type { Evaluation } from '../results';
import { holm } from '../statistics';
import type { Measures } from './measures';
import { chance, interval, number, percent, table } from './tables';

export function robustness({ results, noisyItems }: Evaluation, measures: Measures, plots: Plot[]): string {
  const { ours, others, under, exact, pairs, fair, kept, flips, moreBits, keptDifference } = measures;
  const used = noisy.filter(({ id }) => under(ours, id).length > 0);
  if (used.length === 0) return '## Noise before the cursor\n\nNot asked.\n';
  const bars: Bar[] = [];
  const exactRows: string[][] = [];
  const keptRows: string[][] = [];
  const otherRows: string[][] = [];
  const cleanRow = results.map((one) =>
    interval(exact(under(one, clean.id).filter(({ item }) => noisyItems.has(item)))),
  );
  exactRows.push(['clean', String(noisyItems.size), ...cleanRow]);
  for (const { id, label } of used) {
    const of = results.map((one) => pairs(one, id));
    const [first = []] = of;
    exactRows.push([
      `${id}: ${label}`,
      String(first.length),
      ...of.map((own) => interval(exact(own.map(({ after }) => after)))),
    ]);
    const estimates = of.map(kept);
    keptRows.push([id, String(fair(first).length), ...estimates.map((one) => interval(one, 1, 2))]);
    otherRows.push([
      id,
      percent(1 - fair(first).length / first.length),
      ...of.map((own) => `${percent(flips(own))} / ${number(moreBits(own).value, 2)}`),
    ]);
    estimates.forEach((estimate, i) => bars.push({ row: id, series: results[i]?.name ?? '', estimate }));
  }
  const names = results.map(({ name }) => name);
  plots.push({
    name: 'robustness',
    alt: 'Share of clean exact matches that is kept under each noise, with 95 % intervals',
    spec: intervalPlot('Exact matches kept under noise', 'kept share of clean exact matches (95 % interval)', bars),
  });
  const comparisons = others.map((other) => {
    const rows = used
      .map(({ id }) => ({ id, estimate: keptDifference(other, id) }))
      .filter(({ estimate }) => Number.isFinite(estimate.value));
    const adjusted = holm(rows.map(({ estimate }) => estimate.p));
    return `Against ${other.name}:

${table(
  ['noise', 'difference of the kept shares (95 %)', 'p', 'p, Holm'],
  rows.map(({ id, estimate }, i) => [id, interval(estimate, 1, 2), chance(estimate.p), chance(adjusted[i] ?? NaN)]),
)}
`;
  });
  return `## Noise before the cursor

The same questions with noise in the text before the cursor; the answer stays what it is. Exact match %, with 95 % intervals:

${table(['noise', 'n', ...names], exactRows)}

The kept share: exact matches under noise over exact matches on the same items clean. Items are left out whose answer repeats an identifier that the noise has removed everywhere ("ambiguous"):

${table(['noise', 'n', ...names], keptRows)}

PLOT:robustness

Ambiguous items %, and for each completer verdicts that changed % / bits per byte of the target more than clean:

${table(['noise', 'ambiguous', ...names], otherRows)}

### Differences of the kept shares

${ours.name} minus another one, on the same items. p is two-sided from the bootstrap, no smaller than its draws can tell; Holm over the kinds of noise.

${comparisons.join('\n')}`;
}
