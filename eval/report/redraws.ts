/** The worst of several draws of the same noise. */

import { clean, noisy } from '../conditions';
import { groupBy } from '../group';
import type { Outcome } from '../outcome';
import type { Evaluation } from '../results';
import { asNumber, mean, type Measures } from './measures';
import { interval, number, percent, table } from './tables';

/** Definitions of the protocol: RP and RD of ReCode (arXiv 2212.10264, section 3.2), with an exact match for a solution. */
export function redraws({ results }: Evaluation, { under, bootstrap }: Measures): string {
  const drawn = results.filter(({ redrawn }) => redrawn.length > 0);
  if (drawn.length === 0) return '';
  const rows = drawn.flatMap((one) =>
    noisy.flatMap(({ id }) => {
      const others = one.redrawn.filter(({ condition }) => condition === id);
      if (others.length === 0) return [];
      const byItem = groupBy([...under(one, id), ...others], ({ item }) => item);
      const cleanOf = new Map(under(one, clean.id).map((outcome) => [outcome.item, outcome.exact]));
      const allRight = (of: readonly Outcome[]) => asNumber(of.every(({ exact }) => exact));
      const nominal = mean([...byItem.keys()].map((item) => asNumber(cleanOf.get(item) ?? false)));
      const worst = [...byItem].map(([item, of]) => ({ file: item.fileId, values: [allRight(of), 1] as const }));
      const rp = bootstrap.estimate(worst, ([right, all]) => right / all);
      const flipped = [...byItem].map(([item, of]) => asNumber(of.some(({ exact }) => exact !== cleanOf.get(item))));
      const seeds = Math.max(...[...byItem.values()].map(({ length }) => length));
      return [
        [
          `${one.name}, ${id}`,
          String(byItem.size),
          String(seeds),
          percent(nominal),
          interval(rp),
          number((nominal - rp.value) / nominal, 2),
          percent(mean(flipped)),
        ],
      ];
    }),
  );
  return `### The worst of several draws

RP: exact matches % under every one of the draws; RD: the share of clean exact matches that this loses; RR: items % whose verdict changes under any of the draws.

${table(['', 'n', 'draws', 'clean', 'RP (95 %)', 'RD', 'RR'], rows)}
`;
}
