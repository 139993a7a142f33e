/** Texts that go round in circles, a weakness of greedy generation. */

import { isWord } from '../words';

const repeatedLength = 10;
const repeatedTimes = 4;

/** Whether the same ten bytes come four times without overlapping. */
export function isRepetitive(bytes: Uint8Array): boolean {
  const seen = new Map<string, { count: number; end: number }>();
  for (let start = 0; start + repeatedLength <= bytes.length; start++) {
    const key = bytes.subarray(start, start + repeatedLength).join(' ');
    const earlier = seen.get(key);
    if (earlier && start < earlier.end) continue;
    const count = (earlier?.count ?? 0) + 1;
    if (count >= repeatedTimes) return true;
    seen.set(key, { count, end: start + repeatedLength });
  }
  return false;
}

/** How often the same line may come in a row, white space at its ends aside. */
const sameLines = 2;

/** The lines before the first one that says for the third time in a row what the lines `above` it say. */
export function withoutSameLines(lines: readonly string[], above: readonly string[]): readonly string[] {
  const told = above.map((line) => line.trim()).filter((line) => line !== '');
  for (const [i, line] of lines.entries()) {
    const trimmed = line.trim();
    if (isWord(trimmed) && told.length >= sameLines && told.slice(-sameLines).every((one) => one === trimmed)) {
      return lines.slice(0, i);
    }
    if (trimmed !== '') told.push(trimmed);
  }
  return lines;
}
