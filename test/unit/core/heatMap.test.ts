import { describe, expect, test } from 'vitest';
import type { Measurement } from '../../../src/core/engine';
import { byteOffset, utf16Offset, Utf8Text } from '../../../src/core/bytes';
import { bandOf, bandStartsInBits, heatRuns, patchMarks } from '../../../src/core/heatMap';

/** A measurement of `text` from byte `start` on: bits for each byte, and 1 where a patch starts. */
function measurement(bits: number[], patchStart: number[] = bits.map(() => 0), start = 0): Measurement {
  return {
    start: byteOffset(start),
    entropyNats: Float32Array.from(bits, (value) => value * Math.LN2),
    surprisalNats: new Float32Array(bits.length),
    ranks: new Uint8Array(bits.length),
    evaluatedBytes: 0,
    patchStart: Uint8Array.from(patchStart),
    candidateBytes: new Uint8Array(5 * bits.length),
    candidateProbabilities: new Float32Array(5 * bits.length),
    thresholdNats: 1.335,
  };
}

describe('bands', () => {
  test.each([...bandStartsInBits.entries()])('band %i begins at %d bits', (band, bits) => {
    expect(bandOf(bits)).toBe(band);
    expect(bandOf(bits + 0.01)).toBe(band);
    if (band > 0) expect(bandOf(bits - 0.01)).toBe(band - 1);
  });
  test('more than eight bits is still the last one', () => {
    expect(bandOf(8.02)).toBe(5);
  });
});

/** Runs as `text:band`. */
function runs(text: string, bits: number[], start = 0): string[] {
  return heatRuns(new Utf8Text(text), measurement(bits, undefined, start)).map(
    (run) => `${text.slice(run.start, run.end)}:${run.band}`,
  );
}

test('where a byte is not known, its character is not painted', () => {
  expect(runs('aéb', [0, NaN, 3, 0])).toEqual(['a:0', 'b:0']);
  expect(runs('aéb', [0, 3, NaN, 0])).toEqual(['a:0', 'b:0']);
});

describe('runs', () => {
  test('neighbours in the same band are one run', () => {
    expect(runs('abcd', [0.1, 0.2, 5, 0.1])).toEqual(['ab:0', 'c:5', 'd:0']);
  });
  test('a line feed ends a run and is not painted', () => {
    expect(runs('ab\ncd', [0, 0, 6, 0, 0])).toEqual(['ab:0', 'cd:0']);
  });
  test('a character of several bytes has the highest entropy of them', () => {
    expect(runs('aé😀', [0, 0.1, 2.5, 0.1, 0.1, 7, 0.1])).toEqual(['a:0', 'é:3', '😀:5']);
  });
  test('a measurement may begin in the middle', () => {
    expect(runs('abcd', [3.5, 0], 2)).toEqual(['c:4', 'd:0']);
  });
  test('nothing measured, nothing painted', () => {
    expect(runs('', [])).toEqual([]);
  });
});

/** Marks as text with `|` where one is drawn. */
function marks(text: string, patchStart: number[], start = 0): string {
  const utf8 = new Utf8Text(text);
  const drawn = patchMarks(
    utf8,
    measurement(
      patchStart.map(() => 0),
      patchStart,
      start,
    ),
  );
  const at = drawn.map((mark) => (mark.edge === 'left' ? mark.start : mark.end));
  return [...text.split('').entries()]
    .map(([unit, code]) => (at.includes(utf16Offset(unit)) ? `|${code}` : code))
    .join('');
}

describe('patch marks', () => {
  test('stand before the character that starts a patch', () => {
    expect(marks('let x', [1, 0, 0, 0, 1])).toBe('|let |x');
  });
  test('inside of a character they move to its beginning, once', () => {
    expect(marks('a😀b', [1, 1, 0, 1, 0, 0])).toBe('|a|😀b');
  });
  test('before a line feed they stand behind the last character', () => {
    expect(marks('a\nb', [0, 1, 0])).toBe('a|\nb');
  });
  test('an empty line has no place for one', () => {
    expect(marks('\n\na', [1, 1, 0])).toBe('\n\na');
  });
  test('a measurement may begin in the middle', () => {
    expect(marks('abcd', [0, 1], 2)).toBe('abc|d');
  });
});
