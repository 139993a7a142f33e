import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changedPieces,
  commonEnds,
  countPieces,
  entropyStarts,
  fixedStarts,
  piecesOf,
  spaceStarts,
  startsOf,
} from '../../../src/core/pieces';

const encode = (text: string) => new TextEncoder().encode(text);
const starts = (text: string, marked: string) => {
  // `marked` is the text with a bar before each start.
  const out = new Uint8Array(encode(text).length);
  let at = 0;
  for (const character of marked) {
    if (character === '|') out[at] = 1;
    else at += encode(character).length;
  }
  return out;
};
const shown = (text: string, marks: Uint8Array) =>
  Array.from(text, (character, i) => (marks[i] ? '|' : '') + character).join('');
const cutOf = fc
  .array(fc.tuple(fc.integer({ min: 0x61, max: 0x64 }), fc.boolean()), { minLength: 1, maxLength: 40 })
  .map((bytes) => ({
    bytes: Uint8Array.from(bytes, ([byte]) => byte),
    starts: Uint8Array.from(bytes, ([, starts], i) => (starts || i === 0 ? 1 : 0)),
  }));

describe('rules', () => {
  test('entropy: above the threshold, and the first two positions in any case', () => {
    const nats = Float32Array.of(0, 0, 2, 2.5, 1);
    expect([...entropyStarts(nats, 2, 0)]).toEqual([1, 1, 0, 1, 0]);
    expect([...entropyStarts(nats, 2, 2)]).toEqual([0, 0, 0, 1, 0]);
  });

  test('a higher threshold never starts a patch that a lower one does not', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 1, min: 0, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (nats, one, other) => {
          const low = entropyStarts(nats, Math.min(one, other), 1);
          const high = entropyStarts(nats, Math.max(one, other), 1);
          expect(high.every((starts, i) => starts <= (low[i] ?? 0))).toBe(true);
        },
      ),
    );
  });

  test('fixed: counted from BOS', () => {
    expect([...fixedStarts(6, 4, 2)]).toEqual([0, 0, 1, 0, 0, 0]);
  });

  test.each([
    ['let a = b;', '|let |a |= b;'],
    ['  x  y', '| | x | y'],
    ['a1_b', '|a1_|b'],
  ])('spaces: %s', (text, marked) => {
    expect(shown(text, spaceStarts(encode(text), new Uint8Array()))).toBe(marked);
  });

  test('spaces: what stands before has a say', () => {
    expect(spaceStarts(encode('x'), encode('a '))[0]).toBe(1);
    expect(spaceStarts(encode('x'), encode('  '))[0]).toBe(0);
    expect(spaceStarts(encode('x'), encode('ab'))[0]).toBe(0);
  });

  test('the parts of a text are cut like the whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3, maxLength: 60 }), fc.nat(), (bytes, place) => {
        const at = place % bytes.length;
        const whole = spaceStarts(bytes, new Uint8Array());
        const part = spaceStarts(bytes.subarray(at), bytes.subarray(Math.max(0, at - 2), at));
        expect([...part]).toEqual([...whole.subarray(at)]);
      }),
    );
  });
});

describe('pieces', () => {
  test('cover the bytes without a gap', () => {
    fc.assert(
      fc.property(cutOf, ({ starts }) => {
        const pieces = piecesOf(starts);
        expect(pieces[0]?.start).toBe(0);
        expect(pieces.at(-1)?.end).toBe(starts.length);
        for (let i = 1; i < pieces.length; i++) expect(pieces[i]?.start).toBe(pieces[i - 1]?.end);
        expect([...startsOf(pieces.map(({ start, end }) => end - start))]).toEqual([...starts]);
      }),
    );
  });

  test('are counted where they start, the longest as far as it is seen', () => {
    expect(countPieces(Uint8Array.of(0, 0, 1, 0, 0, 0))).toEqual({ pieces: 1, averageBytes: 6, longestBytes: 4 });
    expect(countPieces(Uint8Array.of(0, 0))).toEqual({ pieces: 0, averageBytes: undefined, longestBytes: 2 });
    expect(countPieces(new Uint8Array())).toEqual({ pieces: 0, averageBytes: undefined, longestBytes: 0 });
  });
});

describe('what an edit changes', () => {
  const cut = (text: string, marked: string) => ({ bytes: encode(text), starts: starts(text, marked) });

  test('only the pieces around it', () => {
    const before = cut('return existing;', '|ret|urn |existing|;');
    const after = cut('return exsiting;', '|ret|urn |ex|siting|;');
    expect(changedPieces(before, after)).toEqual({
      before: [false, false, true, false],
      after: [false, false, true, true, false],
    });
  });

  test('what stands behind an insertion has moved, and is the same', () => {
    const before = cut('ab cd ef', '|ab |cd |ef');
    const after = cut('ab ccd ef', '|ab |ccd |ef');
    expect(changedPieces(before, after)).toEqual({ before: [false, true, false], after: [false, true, false] });
  });

  test('nothing, if the texts are equal', () => {
    fc.assert(
      fc.property(cutOf, (text) => {
        const changed = changedPieces(text, text);
        expect([...changed.before, ...changed.after]).not.toContain(true);
      }),
    );
  });

  test('the same number of pieces stays on both sides, and the same bytes', () => {
    fc.assert(
      fc.property(cutOf, cutOf, (before, after) => {
        const changed = changedPieces(before, after);
        const kept = (text: typeof before, marks: readonly boolean[]) =>
          piecesOf(text.starts)
            .filter((_, i) => !marks[i])
            .map(({ start, end }) => [...text.bytes.subarray(start, end)].join());
        expect(kept(before, changed.before)).toEqual(kept(after, changed.after));
      }),
    );
  });

  test('common ends do not overlap', () => {
    fc.assert(
      fc.property(cutOf, cutOf, ({ bytes: before }, { bytes: after }) => {
        const { prefix, suffix } = commonEnds(before, after);
        expect(prefix + suffix).toBeLessThanOrEqual(Math.min(before.length, after.length));
        expect([...before.subarray(0, prefix)]).toEqual([...after.subarray(0, prefix)]);
        expect([...before.subarray(before.length - suffix)]).toEqual([...after.subarray(after.length - suffix)]);
      }),
    );
  });
});
