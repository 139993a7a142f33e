/** Inside of a word, and after a space. */

import { clean, cursorSpace } from '../conditions';
import type { Evaluation } from '../results';
import type { Measures } from './measures';
import { interval, table } from './tables';

export function wordsAndSpaces({ results, items }: Evaluation, { under, exact, midWordMinusStart }: Measures): string {
  const rows = results.map((one) => {
    const of = (kind: string) => under(one, clean.id).filter(({ item }) => item.kind === kind);
    const spaced = under(one, cursorSpace.id);
    const belongs = spaced.filter(({ item }) => item.target.startsWith(' '));
    const without = under(one, clean.id).filter(({ item }) => item.target.startsWith(' '));
    return [
      one.name,
      interval(exact(of('word_start'))),
      interval(exact(of('mid_word'))),
      interval(midWordMinusStart(one)),
      interval(exact(without)),
      interval(exact(belongs)),
      interval(exact(spaced.filter(({ item }) => item.kind !== 'mid_word'))),
    ];
  });
  const belonging = items.filter(({ target }) => target.startsWith(' ')).length;
  return `## Inside of a word, and after a space

A byte model can go on from any byte. Exact match % where a word starts, inside of a word (three letters typed or more), and the difference; then on the ${belonging} items whose line goes on with a space, before that space and after it (F-CURSP); at last with a space typed at every cursor that is not inside of a word, whether it belongs there or not. White space at the start of the answer does not count where a space was typed.

${table(
  [
    '',
    'word start',
    'mid-word',
    'mid-word minus word start',
    'before the space',
    'after the space',
    'a space anywhere',
  ],
  rows,
)}
`;
}
