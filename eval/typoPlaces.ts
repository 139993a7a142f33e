/** Identifiers of the evaluation data, right and with one typo, as the three ways of the product to repair see them. */

import { cutFollowing, mostFollowing, type WrittenWord } from '../src/core/repair';
import { wordCounts } from '../src/core/identifiers';
import type { Sampled } from './data';
import { regions } from './lexer';
import { typos } from './noise';
import { Random } from './random';

/**
 * `written`: the word stands in a file that is complete. `accepted`: it is the last word before the cursor, nothing is written
 * below, and the rest of its line is accepted. `typing`: it is being typed, nothing is written behind it.
 */
export const ways = ['written', 'accepted', 'typing'] as const;
export type Way = (typeof ways)[number];

export interface Identifier {
  readonly file: Sampled;
  readonly fileId: string;
  readonly at: number;
  readonly word: string;
}

/** All identifiers of a file that are neither keywords nor in comments, strings or prose. */
export function identifiersOf(file: Sampled): Identifier[] {
  const regionOf = regions(file.text, file.language);
  const fileId = `${file.package}|${file.path}`;
  return [...file.text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)]
    .filter(({ index }) => regionOf[index] === 'i')
    .map(({ index, 0: word }) => ({ file, fileId, at: index, word }));
}

/** VS Code's names of the languages that the corpus names otherwise. */
const languageIds: Readonly<Record<string, string>> = { c_cpp: 'cpp', shell: 'shellscript' };

/** Places at which the product looks at an identifier that is written so; `typing` has one for each key from the fourth on. */
export function placesOf({ file, at, word }: Identifier, written: string, way: Way): WrittenWord[] {
  const language = file.path.endsWith('.scss') ? 'scss' : (languageIds[file.language] ?? file.language);
  const end = at + word.length;
  const lineEnd = `${file.text}\n`.indexOf('\n', end);
  const before = file.text.slice(0, at);
  const place = { language, before, word: written, following: '', after: '', isFinished: true };
  switch (way) {
    case 'written':
      return [{ ...place, ...cutFollowing(file.text.slice(end, lineEnd + 1), file.text.slice(lineEnd + 1)) }];
    case 'accepted':
      return [{ ...place, following: file.text.slice(end, lineEnd).slice(0, mostFollowing) }];
    case 'typing':
      return Array.from({ length: Math.max(0, written.length - 3) }, (_, i) => ({
        ...place,
        word: written.slice(0, i + 4),
        isFinished: false,
      }));
  }
}

/** Whether the identifier stands elsewhere in what is there: only such a one can be repaired. */
export function isKnown({ file, at, word }: Identifier, way: Way): boolean {
  if (way !== 'written') return wordCounts(file.text.slice(0, at)).has(word);
  return (wordCounts(file.text).get(word) ?? 0) > 1;
}

/** The identifier with one typo of the noise protocol (T-MIX) in one of its words; undefined where the draw changes nothing. */
export function misspelt({ file, at, word }: Identifier): string | undefined {
  const seed = `noise-v1|T-IDENTIFIER|1|0|${file.package}|${file.path}|${file.start + at}`;
  const { text, edits } = typos(word, file.language, seed, { classes: 'i', exactly: 1 });
  return edits === 1 ? text : undefined;
}

/** So many identifiers of a file, drawn without putting back. */
export function draw(identifiers: readonly Identifier[], count: number, seed: string): Identifier[] {
  const random = new Random(seed);
  const pool = [...identifiers];
  const drawn: Identifier[] = [];
  while (pool.length > 0 && drawn.length < count) drawn.push(...pool.splice(random.below(pool.length), 1));
  return drawn.toSorted((a, b) => a.at - b.at);
}
