import { describe, expect, test } from 'vitest';
import { candidatesPerByte, type Measurement } from '../../../src/core/engine';
import { byteHover, byteName, code, type HoverFacts } from '../../../src/core/byteHover';
import { byteOffset, encodeUtf8, Utf8Text } from '../../../src/core/bytes';

const text = new Utf8Text('let ü = 1;');
const likely = encodeUtf8('xyz| ');

/** Entropy of byte i is i bits, surprisal half of it. Patches start at `starts`. */
function measurement(start: number, length: number, starts: number[]): Measurement {
  return {
    start: byteOffset(start),
    entropyNats: Float32Array.from({ length }, (_, index) => (start + index) * Math.LN2),
    surprisalNats: Float32Array.from({ length }, (_, index) => ((start + index) / 2) * Math.LN2),
    ranks: new Uint8Array(length).fill(2),
    evaluatedBytes: 0,
    patchStart: Uint8Array.from({ length }, (_, index) => Number(starts.includes(start + index))),
    candidateBytes: Uint8Array.from({ length: length * candidatesPerByte }, (_, index) => likely[index % 5] ?? 0),
    candidateProbabilities: Float32Array.from(
      { length: length * candidatesPerByte },
      (_, index) => 0.5 / (1 + (index % 5)),
    ),
    thresholdNats: 1.335,
  };
}

/** What the engine says of the byte at `index` of a measurement. */
function candidatesAt(measured: Measurement, index: number): Measurement {
  const from = index * candidatesPerByte;
  return {
    ...measured,
    candidateBytes: measured.candidateBytes.subarray(from, from + candidatesPerByte),
    candidateProbabilities: measured.candidateProbabilities.subarray(from, from + candidatesPerByte),
  };
}

function hoverAt(place: number, measured: Measurement, more: Partial<HoverFacts> = {}): string | undefined {
  const index = text.characterAt(byteOffset(place)).start - measured.start;
  const candidates = index >= 0 ? candidatesAt(measured, index) : undefined;
  const facts = {
    patchesBefore: 0,
    countedFrom: 1,
    firstLine: 0,
    quantity: 'entropy',
    theme: 'dark',
    scale: 'cividis',
  };
  return byteHover(text, measured, byteOffset(place), { ...facts, candidates, ...more } as HoverFacts);
}

/** Without the pictures. */
const words = (markdown = '') => markdown.replaceAll(/!\[]\([^)]*\)/g, 'BAR');

describe('hover', () => {
  test('over a character of one byte', () => {
    expect(words(hoverAt(1, measurement(0, 11, [0, 4, 9])))).toBe(
      [
        '| byte | entropy | &emsp;surprisal | &emsp;rank |',
        '|:--|--:|--:|--:|',
        '| `65` `e` | &emsp;1.00 bits | &emsp;0.50 bits | &emsp;3 of 256 |',
        '',
        'Patch 1: `let·`, 4 bytes (a patch starts above 1.93 bits)',
        '',
        '| most likely here | probability | |',
        '|:--|--:|:--|',
        '| `78` `x` | 50.0 % | BAR |',
        '| `79` `y` | 25.0 % | BAR |',
        '| `7A` `z` | 16.7 % | BAR |',
        '| `7C` `\\|` | 12.5 % | BAR |',
        '| `20` space | 10.0 % | BAR |',
      ].join('\n'),
    );
  });
  test('a bar is as long as its probability, and filled for the byte that stands there', () => {
    const bars = [...(hoverAt(6, measurement(0, 11, [0])) ?? '').matchAll(/!\[]\(data:image\/svg\+xml,([^)]*)\)/g)].map(
      ([, picture = '']) => decodeURIComponent(picture),
    );
    expect(bars.map((bar) => Number(/<rect [^>]*width="(\d+)"/.exec(bar)?.[1]))).toEqual([60, 30, 20, 15, 12]);
    expect(bars.map((bar) => bar.includes('fill="none"'))).toEqual([true, true, true, true, false]);
    const light = hoverAt(6, measurement(0, 11, [0]), { theme: 'light' });
    expect(light).not.toBe(hoverAt(6, measurement(0, 11, [0])));
  });
  test('over a character of two bytes, from either of them', () => {
    const measured = measurement(0, 11, [0, 4, 9]);
    const hover = hoverAt(4, measured);
    expect(hover).toContain('| byte `ü` | entropy');
    expect(hover).toContain(
      '| `C3` | &emsp;4.00 bits | &emsp;2.00 bits | &emsp;3 of 256 |\n| `BC` | &emsp;5.00 bits | &emsp;2.50 bits | &emsp;3 of 256 |',
    );
    expect(hoverAt(5, measured)).toBe(hover);
  });
  test('says that a patch starts inside of a character', () => {
    expect(hoverAt(4, measurement(0, 11, [0, 5]))).toContain('A patch starts at byte 2 of this character');
    expect(hoverAt(4, measurement(0, 11, [0, 4]))).not.toContain('of this character');
  });
  test('marks the byte that stands there', () => {
    expect(hoverAt(6, measurement(0, 11, [0]))).toContain('| `20` space ← stands here | 10.0 % |');
  });
  test('says when the patch reaches beyond what was measured', () => {
    expect(hoverAt(4, measurement(2, 5, []))).toContain(': `t·ü·`, at least 5 bytes');
    expect(hoverAt(10, measurement(9, 2, [9]))).toContain(': `1;`, 2 bytes');
    expect(hoverAt(10, measurement(9, 2, [9, 10]))).toContain(': `;`, 1 byte (');
  });
  test('counts patches from the start, or says since where', () => {
    expect(hoverAt(5, measurement(0, 11, [0, 4]))).toContain('Patch 2: ');
    expect(hoverAt(5, measurement(0, 11, [0, 4]), { patchesBefore: 40, firstLine: 9 })).toContain('Patch 42: ');
    const since = hoverAt(5, measurement(0, 11, [0, 4]), { patchesBefore: 40, countedFrom: 7, firstLine: 9 });
    expect(since).toContain('Patch 42 since line 7: ');
  });
  test('goes without candidates when the engine does not answer', () => {
    const hover = hoverAt(1, measurement(0, 11, [0, 4, 9]), { candidates: undefined });
    expect(hover).toContain('Patch 1');
    expect(hover).not.toContain('likely');
  });
  test('says nothing about what was not measured', () => {
    expect(hoverAt(1, measurement(2, 5, []))).toBeUndefined();
    expect(hoverAt(9, measurement(2, 5, []))).toBeUndefined();
  });
});

test.each([
  [0x09, '`09` tab'],
  [0x0a, '`0A` line feed'],
  [0x41, '`41` `A`'],
  [0x60, '`60` `` ` ``'],
  [0x00, '`00`'],
  [0xc3, '`C3`'],
])('byte %i is %s', (byte, name) => {
  expect(byteName(byte)).toBe(name);
});

test('long text is cut between characters', () => {
  expect(code('😀'.repeat(61))).toBe(`\`${'😀'.repeat(60)}…\``);
  expect(code('a\n\tb')).toBe('`a⏎⇥b`');
});
