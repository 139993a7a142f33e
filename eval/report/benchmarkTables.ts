/** Public benchmarks. */

import type { Evaluation } from '../results';
import { asNumber, mean, type Measures } from './measures';
import { percent, table } from './tables';

export function benchmarkTables({ results }: Evaluation, { ours }: Measures): string {
  const names = new Set(results.flatMap(({ benchmarks }) => benchmarks.map(({ benchmark }) => benchmark)));
  return [...names]
    .map((name) => {
      const sets = ours.benchmarks.filter(({ benchmark }) => benchmark === name);
      const rows = sets.map(({ set, nominal, right }) => {
        const cells = results.map((one) => {
          const own =
            one.benchmarks.find((other) => other.benchmark === name && other.set === set)?.right ??
            new Map<string, boolean>();
          const score = percent(mean([...own.values()].map(asNumber)));
          const from = one.benchmarks.find((other) => other.benchmark === name && other.set === nominal)?.right;
          if (from === undefined) return score;
          const changed = mean([...own].map(([task, right]) => asNumber(right !== from.get(task))));
          return `${score} / ${percent(changed)}`;
        });
        return [nominal === undefined ? set : `${set}, from ${nominal}`, String(right.size), ...cells];
      });
      const isReCode = name.startsWith('ReCode');
      const what = isReCode
        ? 'Exact match % of the next line, indentation aside, nothing is run; for perturbed prompts also the share of verdicts that changed. Seed 0 of the perturbations of format and of function names.'
        : 'Exact match % of the missing line; nothing is run.';
      return `## ${name}\n\n${what}\n\n${table(['', 'n', ...results.map((one) => one.name)], rows)}\n`;
    })
    .join('\n');
}
