import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteOffset, Utf8Text } from '../../../src/core/bytes';
import { Lines } from '../../../src/core/lines';
import { mostVisibleBytes, visibleBytes } from '../../../src/core/visibleBytes';
import { isContinuation } from '../../../src/core/utf8';

const range = (string: string, first: number, last: number, cursor = 0) => {
  const text = new Utf8Text(string);
  return { text, ...visibleBytes(text, new Lines(string), { first, last }, byteOffset(cursor)) };
};

test('goes from the start of the first line to the end of the last one', () => {
  expect(range('ä\nb\nc\n', 1, 1)).toMatchObject({ start: 3, end: 5 });
  expect(range('ä\nb', 0, 9)).toMatchObject({ start: 0, end: 4 });
});

test('of a very long line, what lies around the cursor, in whole characters', () => {
  const string = `short\n${'ä😀x'.repeat(6_000)}`;
  fc.assert(
    fc.property(fc.nat(42_000), (cursor) => {
      const { text, start, end } = range(string, 1, 1, cursor);
      expect(start).toBeGreaterThanOrEqual(6);
      expect(end).toBeLessThanOrEqual(text.bytes.length);
      expect(Math.abs(end - start - mostVisibleBytes)).toBeLessThan(4);
      expect(isContinuation(text.bytes[start]) || isContinuation(text.bytes[end])).toBe(false);
      if (cursor >= 6 && cursor < text.bytes.length) expect(cursor >= start - 4 && cursor <= end).toBe(true);
    }),
    { numRuns: 40 },
  );
});
