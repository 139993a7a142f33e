import { describe, expect, test } from 'vitest';
import { candidatesPerByte, type Measurement } from '../../../src/core/engine';
import { byteHover, byteName, code } from '../../../src/core/byteHover';
import { byteOffset, encodeUtf8, Utf8Text } from '../../../src/core/bytes';

const text = new Utf8Text('let ü = 1;');
const likely = encodeUtf8('xyz| ');

/** Entropy of byte i is i bits, surprisal half of it. Patches start at `starts`. */
function measurement(start: number, length: number, starts: number[]): Measurement {
  return {
    start: byteOffset(start),
    entropyNats: Float32Array.from({ length }, (_, index) => (start + index) * Math.LN2),
    surprisalNats: Float32Array.from({ length }, (_, index) => ((start + index) / 2) * Math.LN2),
    ranks: new Uint8Array(0),
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

const hoverAt = (place: number, measured: Measurement) => byteHover(text, measured, byteOffset(place));

describe('hover', () => {
  test('over a character of one byte', () => {
    expect(hoverAt(1, measurement(0, 11, [0, 4, 9]))).toBe(
      [
        '| byte | entropy | surprisal |',
        '|:--|--:|--:|',
        '| `65` `e` | 1.00 bits | 0.50 bits |',
        '',
        'Patch `let·`, 4 bytes (a patch starts above 1.93 bits)',
        '',
        '| most likely here | probability |',
        '|:--|--:|',
        '| `78` `x` | 50.0 % |',
        '| `79` `y` | 25.0 % |',
        '| `7A` `z` | 16.7 % |',
        '| `7C` `\\|` | 12.5 % |',
        '| `20` space | 10.0 % |',
      ].join('\n'),
    );
  });
  test('over a character of two bytes, from either of them', () => {
    const measured = measurement(0, 11, [0, 4, 9]);
    const hover = hoverAt(4, measured);
    expect(hover).toContain('| byte `ü` | entropy');
    expect(hover).toContain('| `C3` | 4.00 bits | 2.00 bits |\n| `BC` | 5.00 bits | 2.50 bits |');
    expect(hoverAt(5, measured)).toBe(hover);
  });
  test('marks the byte that stands there', () => {
    expect(hoverAt(6, measurement(0, 11, [0]))).toContain('| `20` space ← stands here | 10.0 % |');
  });
  test('says when the patch reaches beyond what was measured', () => {
    expect(hoverAt(4, measurement(2, 5, []))).toContain('Patch `t·ü·`, at least 5 bytes');
    expect(hoverAt(10, measurement(9, 2, [9]))).toContain('Patch `1;`, 2 bytes');
    expect(hoverAt(10, measurement(9, 2, [9, 10]))).toContain('Patch `;`, 1 byte (');
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
