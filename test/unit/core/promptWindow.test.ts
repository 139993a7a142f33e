import { expect, test } from 'vitest';
import { cutSuffix, fromLineStart, isInsideWord, longestSuffix, prefixStart } from '../../../src/core/promptWindow';

test('the prefix begins at the start of a short document', () => {
  expect(prefixStart(0)).toBe(0);
  expect(prefixStart(30_000)).toBe(0);
});

test('in a long document the start stays for thousands of keystrokes, and leaves at least 16 K characters', () => {
  const starts = Array.from({ length: 100_000 }, (_, cursor) => prefixStart(cursor));
  expect(new Set(starts).size).toBeLessThan(10);
  for (const [cursor, start] of starts.entries()) if (start > 0) expect(cursor - start).toBeGreaterThanOrEqual(16_384);
});

test('a cut prefix begins at a line start', () => {
  expect(fromLineStart('alf a line\nwhole\n')).toBe('whole\n');
  expect(fromLineStart('one long line')).toBe('one long line');
});

test('a cut suffix ends with a whole character', () => {
  expect(cutSuffix('short')).toBe('short');
  expect(cutSuffix('a'.repeat(longestSuffix + 5))).toHaveLength(longestSuffix);
  expect(cutSuffix(`${'a'.repeat(longestSuffix - 1)}😀`)).toHaveLength(longestSuffix - 1);
});

test.each([
  ['fo█o', true],
  ['größ█e', true],
  ['foo█', false],
  ['█foo', false],
  ['foo█.bar', false],
  ['foo.█bar', false],
  ['█', false],
])('inside a word: %s', (marked, inside) => {
  expect(isInsideWord(marked.replace('█', ''), marked.indexOf('█'))).toBe(inside);
});
