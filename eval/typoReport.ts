/** What the measurement of repairs found, as a section of docs/results.md. */

import { leastGainBits, type Repair } from '../src/core/repair';
import { interval, number, table } from './report/tables';
import { Bootstrap } from './statistics';
import { ways, type Identifier, type Way } from './typoPlaces';

/** An identifier, right or with a typo, and what the product made of it. */
export interface Repaired {
  readonly identifier: Identifier;
  readonly fileId: string;
  readonly way: Way;
  readonly isTypo: boolean;
  readonly written: string;
  /** The best repair that was considered. */
  readonly best: Repair | undefined;
  readonly isOffered: boolean;
  readonly isRight: boolean;
}

interface Facts {
  readonly files: string;
  readonly data: string;
  readonly model: string;
  readonly machine: string;
  readonly date: string;
  readonly minutes: number;
}

const labels: Readonly<Record<Way, string>> = {
  written: 'written in a complete file (Quick Fix)',
  accepted: 'before the cursor, the rest of the line accepted (fix on accept)',
  typing: 'being typed, nothing behind it (suggest list)',
};

/** Shorter words are never repaired. */
const shortest = 4;
const gains = [6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 24];

const ratio = ([above, below]: readonly [number, number]) => above / below;
const asNumber = (flag: boolean) => (flag ? 1 : 0);

export function typoReport(rows: readonly Repaired[], facts: Facts): string {
  const bootstrap = new Bootstrap(rows.map(({ fileId }) => fileId));
  const share = (of: readonly Repaired[], counts: (row: Repaired) => boolean) =>
    bootstrap.estimate(
      of.map((row) => ({ file: row.fileId, values: [asNumber(counts(row)), 1] as const })),
      ratio,
    );
  const right = (way: Way) => rows.filter((row) => row.way === way && !row.isTypo);
  const wrong = (way: Way) => rows.filter((row) => row.way === way && row.isTypo);
  const long = (of: readonly Repaired[]) => of.filter(({ identifier }) => identifier.word.length >= shortest);
  const isOffered = ({ isOffered }: Repaired) => isOffered;

  /** Without any, the bootstrap knows no upper end: there it is the rule of three. */
  const perThousand = (of: readonly Repaired[]) =>
    of.some(isOffered) ? interval(share(of, isOffered), 1000, 2) : `0 (0 to ${number(3000 / of.length, 2)})`;

  const precision = ways.map((way) => {
    const offered = right(way).filter(isOffered);
    const kinds = new Set(offered.map(({ written, fileId }) => `${fileId}|${written}`)).size;
    return [
      labels[way],
      right(way).length.toLocaleString('en'),
      String(offered.length),
      String(kinds),
      perThousand(right(way)),
      perThousand(long(right(way))),
    ];
  });
  const recall = ways.map((way) => {
    const all = wrong(way);
    const isWrong = (row: Repaired) => row.isOffered && !row.isRight;
    const byLength = (from: number, to: number) =>
      number(
        100 *
          share(
            all.filter(({ identifier: { word } }) => word.length >= from && word.length < to),
            ({ isRight }) => isRight,
          ).value,
        1,
      );
    return [
      labels[way],
      String(all.length),
      interval(share(all, ({ isRight }) => isRight)),
      interval(share(long(all), ({ isRight }) => isRight)),
      byLength(4, 7),
      byLength(7, 11),
      byLength(11, Infinity),
      interval(share(all, isWrong)),
    ];
  });
  const curve = gains.map((least) => {
    const at = (of: readonly Repaired[], counts: (row: Repaired) => boolean) =>
      of.filter((row) => row.best !== undefined && row.best.gainBits >= least && counts(row)).length / of.length;
    return [
      String(least),
      ...ways.flatMap((way) => [
        number(1000 * at(right(way), () => true), 2),
        number(100 * at(long(wrong(way)), ({ best, identifier }) => best?.words.includes(identifier.word) === true), 1),
      ]),
    ];
  });
  return `## Repair of misspelt identifiers

Written by \`npm run eval:typos\` on ${facts.date}, ${facts.machine}, ${number(facts.minutes, 0)} minutes; ${facts.files} files of \`${facts.data}\`; ${facts.model}. The code is the editor's, from the choice of the word to the decision. Limits: a gain of ${leastGainBits.finished} bits for a finished word and of ${leastGainBits.unfinished} for one that is being typed, fitted on \`dev.jsonl.gz\`. Intervals are 95 % percentile intervals of 10,000 bootstrap draws over files; where nothing was offered, the upper end is the rule of three.

Right identifiers of all lengths, in code, and wrong repairs offered for them. The same name may be hit at several places; the goal is at most 1 per 1,000.

${table(['', 'identifiers', 'wrong offers', 'different names', 'per 1,000 (95 %)', `per 1,000 of ${shortest} characters or more`], precision)}

One typo of the noise protocol (T-MIX: a letter missing, extra, replaced, or two swapped) inside an identifier that stands elsewhere in what is there. Repaired: the right word is offered. Identifiers of less than ${shortest} characters are never repaired, and count as not repaired in the first column. A typo where a name is declared, imported, a parameter or a key is none to the product, and counts as not repaired too.

${table(['', 'typos', 'repaired %, all lengths (95 %)', `repaired %, ${shortest} characters or more`, '4–6', '7–10', '11 or more', 'a wrong word offered %'], recall)}

Other limits: wrong offers per 1,000 right identifiers, and repaired typos in % of those in identifiers of ${shortest} characters or more, by the gain that is asked for in bits. In the suggest list the best gain of all keys counts.

${table(['gain', ...ways.flatMap((way) => [`${way}: wrong`, `${way}: repaired`])], curve)}
`;
}
