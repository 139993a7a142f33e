/** What a prediction is worth against the true rest of the line. Definitions of the evaluation protocol. */

import { encodeUtf8 } from '../src/core/bytes';
import { strip, stripEnd, words } from './white';

/** White space at the end aside. */
export const exactMatch = (prediction: string, truth: string): boolean => stripEnd(prediction) === stripEnd(truth);

/** All white space aside, but for where words end. */
export const exactMatchOfWords = (prediction: string, truth: string): boolean =>
  words(prediction).join(' ') === words(truth).join(' ');

/** 0 to 100: twice the longest common subsequence over both lengths, of the stripped texts. */
export function editSimilarity(prediction: string, truth: string): number {
  const [left, right] = [Array.from(strip(prediction)), Array.from(strip(truth))];
  const length = left.length + right.length;
  return length === 0 ? 100 : (200 * commonSubsequence(left, right)) / length;
}

function commonSubsequence(left: readonly string[], right: readonly string[]): number {
  let above = new Uint32Array(right.length + 1);
  for (const character of left) {
    const row = new Uint32Array(right.length + 1);
    right.forEach((other, i) => {
      row[i + 1] = character === other ? (above[i] ?? 0) + 1 : Math.max(above[i + 1] ?? 0, row[i] ?? 0);
    });
    above = row;
  }
  return above[right.length] ?? 0;
}

/** How many bytes from the cursor on are right. */
export function rightBytes(prediction: string, truth: string): number {
  const [left, right] = [encodeUtf8(prediction), encodeUtf8(truth)];
  let i = 0;
  while (i < left.length && i < right.length && left[i] === right[i]) i++;
  return i;
}

const identifiers = (text: string): string[] => text.match(/[A-Za-z_$][A-Za-z0-9_$]*/g) ?? [];

/**
 * Whether noise took away what the answer repeats: an identifier of the target occurred before the cursor, and no
 * occurrence is left. Then an exact match cannot be asked for.
 */
export function isCopyAmbiguous(target: string, clean: string, noisy: string): boolean {
  const [before, after] = [new Set(identifiers(clean)), new Set(identifiers(noisy))];
  return identifiers(target).some((name) => before.has(name) && !after.has(name));
}

/** What of an answer stands before the cursor already. */
export const repetitions = ['all of it', 'a name in it', 'nothing'] as const;

export function repetition(target: string, prefix: string): (typeof repetitions)[number] {
  if (prefix.includes(target.trim())) return 'all of it';
  const known = new Set(identifiers(prefix));
  return identifiers(target).some((name) => known.has(name)) ? 'a name in it' : 'nothing';
}
