import { describe, expect, test } from 'vitest';
import type { Measurement } from '../../../src/core/engine';
import { byteOffset, Utf8Text } from '../../../src/core/bytes';
import { Lines } from '../../../src/core/lines';
import { largestDocument, measuredRange } from '../../../src/core/measuredRange';

function rangeOf(text: string, first: number, last: number, known?: { start: number; length: number }) {
  const measurement = known && {
    start: byteOffset(known.start),
    entropyNats: new Float32Array(known.length),
  };
  return measuredRange(new Utf8Text(text), new Lines(text), { first, last }, measurement as Measurement | undefined);
}

// A hundred lines of four bytes.
const hundred = 'é1\n'.repeat(100);

describe('range', () => {
  test('is what is visible with ten lines around it', () => {
    expect(rangeOf(hundred, 50, 59)).toEqual({ start: 40 * 4, end: 70 * 4 });
  });
  test('ends where the document ends', () => {
    expect(rangeOf(hundred, 0, 3)).toEqual({ start: 0, end: 14 * 4 });
    expect(rangeOf(hundred, 95, 100)).toEqual({ start: 85 * 4, end: 400 });
  });
  test('is not asked for again when it is known', () => {
    expect(rangeOf(hundred, 50, 59, { start: 50 * 4, length: 10 * 4 })).toBe('measured-already');
    expect(rangeOf(hundred, 50, 60, { start: 50 * 4, length: 10 * 4 })).toEqual({ start: 40 * 4, end: 71 * 4 });
  });
  test('of a very long line is its beginning, up to a whole character', () => {
    const range = rangeOf(`a\nb${'é'.repeat(20_000)}`, 1, 1);
    expect(range).toEqual({ start: 2, end: 2 + 16_383 });
  });
  test('there is none of an empty or a huge document', () => {
    expect(rangeOf('', 0, 0)).toBe('empty');
    expect(rangeOf('a'.repeat(largestDocument + 1), 0, 0)).toBe('too-large');
  });
});
