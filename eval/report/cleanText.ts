/** How good the answers are on clean text, in all and by group. */

import { clean } from '../conditions';
import type { Outcome } from '../outcome';
import type { Evaluation } from '../results';
import { mcNemar } from '../statistics';
import { asNumber, known, mean, rightStart, type Measures } from './measures';
import { chance, interval, number, percent, table } from './tables';

export function cleanText({ results }: Evaluation, { ours, others, under, exact, bitsPerByte }: Measures): string {
  const measuresHead = [
    '',
    'n',
    'EM % (95 %)',
    'EM_ws %',
    'ES',
    'LCP',
    'A@1',
    'A@4',
    'A@8',
    'A@16',
    'A@32',
    'BPB (95 %)',
  ];
  const measures = (name: string, outcomes: readonly Outcome[]): string[] => [
    name,
    String(outcomes.length),
    interval(exact(outcomes)),
    percent(mean(outcomes.map(({ exactWords }) => asNumber(exactWords)))),
    number(mean(outcomes.map(({ similarity }) => similarity)), 1),
    number(mean(outcomes.map(({ right }) => right)), 1),
    ...[1, 4, 8, 16, 32].map((k) => percent(rightStart(outcomes, k))),
    interval(bitsPerByte(outcomes), 1, 2),
  ];

  const wide = results.filter(({ wide }) => wide.length > 0);
  const tests = others.map((other) => {
    const otherOf = new Map(under(other, clean.id).map((outcome) => [outcome.item, outcome.exact]));
    const own = under(ours, clean.id).map(({ item, exact }) => [exact, otherOf.get(item) ?? false] as const);
    const [first, second] = [own.filter(([a, b]) => a && !b).length, own.filter(([a, b]) => b && !a).length];
    return [other.name, String(first), String(second), chance(mcNemar(first, second))];
  });
  return `## Clean text

The rest of the line, from the 2,048 bytes before the cursor and nothing else, as if asked for by hand: an engine takes the most probable line that a search finds (not with \`--greedy\`), other programs answer greedily. EM: exact match, white space at the end aside; EM_ws: all white space aside; ES: edit similarity, 0 to 100; LCP: right bytes from the cursor on, on average; A@k: share of targets of k bytes or more whose first k bytes are right; BPB: bits per byte of the target.

${table(
  measuresHead,
  results.map((one) => measures(one.name, under(one, clean.id))),
)}

With 400 bytes after the cursor's line as well, for all that can take them (an engine cuts them to its own limit):

${table(
  measuresHead,
  results.filter(({ name }) => name !== 'copy floor').map((one) => measures(one.name, under(one, clean.id, true))),
)}
${
  wide.length > 0
    ? `
With all that the data has before the cursor, 6,144 characters or more where the file has them (an engine's model cuts them to its window, its copying sees more):

${table(
  measuresHead,
  wide.map((one) => measures(one.name, one.wide)),
)}
`
    : ''
}
${
  tests.length > 0
    ? `Exact McNemar test of exact match, ${ours.name} against each other one:

${table(['against', `only ${ours.name} right`, 'only the other right', 'p'], tests)}
`
    : ''
}`;
}

export function byGroup(
  { results }: Evaluation,
  { under, bitsPerByte }: Measures,
  title: string,
  groups: readonly string[],
  groupOf: (outcome: Outcome) => string,
): string {
  const cell = (outcomes: readonly Outcome[]) =>
    [
      percent(mean(outcomes.map(({ exact }) => asNumber(exact)))),
      number(mean(outcomes.map(({ similarity }) => similarity)), 1),
      number(mean(outcomes.map(({ right }) => right)), 1),
      percent(rightStart(outcomes, 8)),
    ].join(' / ');
  const rows = groups.map((group) => {
    const own = results.map((one) => under(one, clean.id).filter((outcome) => groupOf(outcome) === group));
    return [group, String(own[0]?.length ?? 0), ...own.map(cell)];
  });
  const scored = results.filter((one) => known(under(one, clean.id)).length > 0);
  const bits = groups.map((group) => [
    group,
    ...scored.map((one) =>
      number(bitsPerByte(under(one, clean.id).filter((outcome) => groupOf(outcome) === group)).value, 2),
    ),
  ]);
  return `### By ${title}

EM % / ES / LCP / A@8 %, clean text:

${table([title, 'n', ...results.map(({ name }) => name)], rows)}

Bits per byte of the target:

${table([title, ...scored.map(({ name }) => name)], bits)}
`;
}
