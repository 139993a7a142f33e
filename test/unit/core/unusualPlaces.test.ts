import { describe, expect, test } from 'vitest';
import { byteOffset } from '../../../src/core/bytes';
import { changedLines } from '../../../src/core/changedLines';
import type { Measurement } from '../../../src/core/engine';
import { MeasuredLines, type ByteSpan } from '../../../src/core/measuredLines';
import { mostUnusual, nextPlace, unusualWords } from '../../../src/core/unusualPlaces';

/** A document in which the surprisal of each byte is that of its line in bits; lines without bits are not measured. */
function measured(lines: readonly string[], bits: readonly (readonly number[] | undefined)[]): MeasuredLines {
  const numbers = new MeasuredLines({ lineCount: lines.length, lineText: (line) => lines[line] ?? '' }, 5, 2);
  bits.forEach((ofLine, line) => {
    if (!ofLine) return;
    const span: ByteSpan = { start: { line, byte: 0 }, end: { line, byte: ofLine.length } };
    const surprisalNats = Float32Array.from(ofLine, (value) => value * Math.LN2);
    numbers.write(span, {
      start: byteOffset(0),
      entropyNats: surprisalNats,
      surprisalNats,
      ranks: Uint8Array.from(ofLine, (value) => Math.round(value)),
      patchStart: new Uint8Array(ofLine.length),
    } as unknown as Measurement);
  });
  return numbers;
}

const word = { line: 0, word: '', bits: 9, rank: 3 };

describe('places', () => {
  test('are words with their most surprising byte, the most unusual first', () => {
    const lines = measured(['ab é_1 +'], [[1, 9, 20, 2, 12, 3, 3, 1, 8.5]]);
    const [first, second, third] = unusualWords(lines.numbersOf(0) ?? expect.fail());
    expect(first).toMatchObject({ word: 'é_1', start: 3, end: 6, rank: 12 });
    expect(first?.bits).toBeCloseTo(12);
    expect(second).toMatchObject({ word: 'ab', start: 0, end: 2, rank: 9 });
    expect(third).toMatchObject({ word: '+', start: 7, end: 8 });
  });
  test('a surrogate pair and a combining mark are not cut', () => {
    const lines = measured(['😀é'.normalize('NFD')], [[9, 1, 1, 1, 1, 10, 1]]);
    const found = unusualWords(lines.numbersOf(0) ?? expect.fail());
    expect(found.map(({ word, start, end }) => [word.normalize('NFC'), start, end])).toEqual([
      ['é', 2, 4],
      ['😀', 0, 2],
    ]);
  });
  test('of a document are those that are less likely than a blind guess, one in a line', () => {
    const lines = measured(['aa bb', 'cc', 'dd', 'ee'], [[9, 1, 1, 10, 1], [7.9, 1], undefined, [12, 1]]);
    expect(mostUnusual(lines).map(({ line, word }) => [line, word])).toEqual([
      [3, 'ee'],
      [0, 'bb'],
    ]);
    expect(mostUnusual(lines, new Set([0, 1])).map(({ word }) => word)).toEqual(['bb']);
  });
  test('follow edits', () => {
    const lines = measured(
      ['aa', 'bb'],
      [
        [9, 1],
        [10, 1],
      ],
    );
    expect(mostUnusual(lines)).toHaveLength(2);
    lines.edit({ startLine: 0, startColumn: 0, endLine: 0, endColumn: 2, text: 'c' });
    // What stands behind the edit has to be measured again.
    expect(mostUnusual(lines)).toEqual([]);
  });
});

describe('the next place', () => {
  const places = [
    { ...word, line: 5, start: 0, end: 1 },
    { ...word, line: 2, start: 4, end: 6 },
    { ...word, line: 2, start: 9, end: 10 },
  ];
  test.each([
    [{ line: 0, column: 0 }, 'next', 2, 4],
    [{ line: 2, column: 4 }, 'next', 2, 9],
    [{ line: 5, column: 0 }, 'next', 2, 4],
    [{ line: 2, column: 9 }, 'previous', 2, 4],
    [{ line: 0, column: 0 }, 'previous', 5, 0],
  ] as const)('from %o, %s', (at, direction, line, start) => {
    expect(nextPlace(places, at, direction)).toMatchObject({ line, start });
  });
  test('of none is none', () => {
    expect(nextPlace([], { line: 0, column: 0 }, 'next')).toBeUndefined();
  });
});

test('lines that are new or different, whatever their ends', () => {
  expect([...changedLines('a\r\nb\r\nc\r\n', 'a\nB\nc\nd\n')]).toEqual([1, 3]);
  expect([...changedLines('a\nb', 'a\nb')]).toEqual([]);
  expect([...changedLines('', 'a\nb')]).toEqual([0, 1]);
});
