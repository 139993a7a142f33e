import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boundary,
  characterFrom,
  nextState,
  stateAfter,
  withoutUnfinished,
  type Utf8State,
} from '../../../src/core/utf8';

const encode = (text: string) => new TextEncoder().encode(text);

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The state after all bytes, one by one. */
function run(bytes: Uint8Array): Utf8State | undefined {
  return [...bytes].reduce<Utf8State | undefined>(
    (state, byte) => (state === undefined ? undefined : nextState(state, byte)),
    boundary,
  );
}

// Random bytes are hardly ever UTF-8, so most bytes are drawn from the edges of its rules.
const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee];
const edgeBytes = fc
  .array(fc.oneof(fc.constantFrom(...edges, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff), fc.nat(255)), { maxLength: 5 })
  .map((bytes) => Uint8Array.from(bytes));

describe('the state machine', () => {
  test('accepts exactly what TextDecoder accepts', () => {
    fc.assert(
      fc.property(edgeBytes, (bytes) => {
        expect(run(bytes) === boundary).toBe(isUtf8(bytes));
      }),
      { numRuns: 20_000 },
    );
  });

  test('accepts every character', () => {
    for (let point = 0; point <= 0x10ffff; point += point < 0x900 ? 1 : 61) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      expect(run(encode(String.fromCodePoint(point)))).toBe(boundary);
    }
  });

  test('never takes a byte that UTF-8 does not have', () => {
    for (const byte of [0xc0, 0xc1, 0xf5, 0xf6, 0xf7, 0xf8, 0xfb, 0xfc, 0xfd, 0xfe, 0xff]) {
      for (const state of [0, 1, 2, 3, 4, 5, 6, 7] as const) expect(nextState(state, byte)).toBeUndefined();
    }
  });
});

describe('cut characters', () => {
  test('an unfinished character at the end goes, whole ones stay', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0x10ffff), { maxLength: 9 }), fc.nat(6), (points, cut) => {
        const bytes = encode(String.fromCodePoint(...points)); // surrogates become U+FFFD
        const shorter = bytes.subarray(0, Math.max(0, bytes.length - cut));
        const whole = withoutUnfinished(shorter);
        expect(isUtf8(whole)).toBe(true);
        expect(shorter.length - whole.length).toBeLessThan(4);
        expect(stateAfter(shorter)).toBe(run(shorter));
        expect(stateAfter(shorter) === boundary).toBe(whole.length === shorter.length);
      }),
    );
  });

  test('bytes that are no UTF-8 are left alone', () => {
    for (const bytes of [[0x80], [0x80, 0x80, 0x80, 0x80], [0xff], [0xe2, 0x28], [0x61, 0xc0]]) {
      expect(withoutUnfinished(Uint8Array.from(bytes))).toEqual(Uint8Array.from(bytes));
    }
  });

  test('a position moves on to the next character', () => {
    const bytes = encode('a€b');
    expect([0, 1, 2, 3, 4, 5].map((at) => characterFrom(bytes, at))).toEqual([0, 1, 4, 4, 4, 5]);
  });
});
