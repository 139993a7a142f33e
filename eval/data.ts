/** The evaluation data: held-out files with cursors in them (sample.ts draws them). */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeUtf8, encodeUtf8 } from '../src/core/bytes';
import { characterFrom } from '../src/core/utf8';
import { groupBy } from './group';

export const cursorClasses = ['after_trigger', 'word_start', 'mid_word', 'line_start', 'newline', 'comment'] as const;
export type CursorClass = (typeof cursorClasses)[number];

/** A place in a text, in UTF-16 code units, and how long the rest of its line is. */
export interface Cursor {
  readonly at: number;
  readonly kind: CursorClass;
  readonly length: number;
}

/** A held-out file, or the part of it that is needed. */
export interface Sampled {
  readonly package: string;
  readonly version: string;
  readonly licence: string;
  readonly language: string;
  readonly path: string;
  /** Where `text` starts in the file. */
  readonly start: number;
  /** Whether `text` is the whole file. */
  readonly whole: boolean;
  readonly text: string;
  readonly cursors: readonly Cursor[];
  /** What the simulated user types: from and to. */
  readonly segment?: readonly [start: number, end: number];
}

/** One question: what is the rest of this line? */
export interface Item {
  readonly file: Sampled;
  /** Identifies the file, for the bootstrap. */
  readonly fileId: string;
  readonly kind: CursorClass;
  /** Text before the cursor, at most `windowBytes` of UTF-8. */
  readonly prefix: string;
  readonly suffix: string;
  readonly target: string;
  /** `repo|path|cursor`, as the protocol's seeds want it. */
  readonly place: string;
}

export const windowBytes = 2048;
export const suffixBytes = 400;

export function readSample(file: string): Sampled[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Sampled);
}

/** The last bytes of a text, without half a character. */
export function lastBytes(text: string, most: number): string {
  const bytes = encodeUtf8(text);
  return bytes.length <= most ? text : decodeUtf8(bytes.subarray(characterFrom(bytes, bytes.length - most)));
}

export function firstBytes(text: string, most: number): string {
  const bytes = encodeUtf8(text.slice(0, most));
  return bytes.length <= most ? text.slice(0, most) : decodeUtf8(bytes.subarray(0, most)).replace(/\ufffd+$/, '');
}

export const itemsOf = (file: Sampled, before = windowBytes): Item[] =>
  file.cursors.map(({ at, kind, length }) => ({
    file,
    fileId: `${file.package}|${file.path}`,
    kind,
    prefix: lastBytes(file.text.slice(0, at), before),
    suffix: firstBytes(file.text.slice(at + length), suffixBytes),
    target: file.text.slice(at, at + length),
    place: `${file.package}|${file.path}|${file.start + at}`,
  }));

/**
 * Takes files until they count `most`: from each language in the order in which they were drawn, and from all languages in
 * proportion. `sizeOf`: how much a file counts.
 */
export function some<One extends Sampled>(all: readonly One[], most: number, sizeOf = (_: One) => 1): One[] {
  const ranked = [...groupBy(all, ({ language }) => language).values()].flatMap((group) =>
    group.map((file, i) => ({ file, rank: (i + 0.5) / group.length })),
  );
  const taken = new Set<One>();
  let left = most;
  for (const { file } of ranked.toSorted((a, b) => a.rank - b.rank)) {
    if (left <= 0) break;
    taken.add(file);
    left -= sizeOf(file);
  }
  return all.filter((file) => taken.has(file));
}
