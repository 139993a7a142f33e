// The noise operators against golden vectors of the protocol's reference implementation: texts in all its languages, each
// result as the first 16 hex digits of its SHA-256 and its number of edits.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { regions } from '../../../eval/lexer';
import {
  bltNoise,
  bltNoiseInComments,
  midWordTypo,
  oneTypo,
  recordedTypos,
  reformat,
  typos,
  type BltNoise,
  type FormatName,
  type Noisy,
  type TypoKind,
} from '../../../eval/noise';

interface Golden {
  readonly language: string;
  readonly seed: string;
  readonly text: string;
  readonly results: Readonly<Record<string, readonly [hash: string, edits: number]>>;
}
const file = path.join(import.meta.dirname, 'golden/noise.json');
const golden = JSON.parse(readFileSync(file, 'utf8')) as readonly Golden[];

const table = {
  the: ['teh', 'hte'],
  value: ['vlaue', 'valeu'],
  return: ['retrun'],
  number: ['nubmer', 'numer'],
  a: ['q'],
};

const plain = (text: string): Noisy => ({ text, edits: 0 });

/** What a name in the golden file stands for. */
function result(name: string, { text, language, seed }: Golden): Noisy {
  const [kind = '', value = ''] = name.split(' ');
  if (name === 'regions') {
    const ofUnits = regions(text, language);
    let unit = 0;
    return plain(
      Array.from(text, (character) => ofUnits[(unit += character.length) - character.length] ?? '').join(''),
    );
  }
  if (name === 'one') return oneTypo(text, language, seed);
  if (name === 'midword') return midWordTypo(text, seed);
  if (name === 'exactly 3') return typos(text, language, seed, { classes: 'icsx', exactly: 3 });
  if (name === 'mix 0.08 icsx') return typos(text, language, seed, { rate: 0.08, classes: 'icsx' });
  if (kind === 'keywords') return typos(text, language, seed, { rate: Number(value), classes: 'k' });
  if (kind === 'recorded') return recordedTypos(text, language, seed, table, { share: Number(value) });
  if (kind === 'blt') return plain(bltNoise(text, seed, value as BltNoise));
  if (kind === 'comments') return plain(bltNoiseInComments(text, language, seed, value as BltNoise));
  if (['sub', 'swap', 'ins', 'del', 'case', 'mix'].includes(kind)) {
    return typos(text, language, seed, { ...(kind !== 'mix' && { kind: kind as TypoKind }), rate: Number(value) });
  }
  const width = name === 'indent_width 3' ? { width: 3 } : {};
  return plain(reformat(text, language, seed, kind as FormatName, { share: Number(value), ...width }));
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

test.each(golden.map((one, i) => ({ name: `${i} ${one.language}`, one })))('text $name', ({ one }) => {
  const results = Object.keys(one.results).map((name) => {
    const noisy = result(name, one);
    return [name, [hash(noisy.text), noisy.edits]];
  });
  expect(Object.fromEntries(results)).toEqual(one.results);
});

test('digits that are no ASCII digits are no numbers', () => {
  expect(regions('x٣²', 'python')).toEqual(['i', 'o', 'o']);
});
