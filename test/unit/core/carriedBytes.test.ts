// What is carried over must be what a fresh measurement says, and an edit must cost no more than what it may change.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteOffset } from '../../../src/core/bytes';
import { carryOver, fillIn, requestFor, type KnownBytes } from '../../../src/core/carriedBytes';
import { candidatesPerByte, type MeasureRequest, type Measurement } from '../../../src/core/engine';

const reach = 5;

/** A model that sees the `reach` bytes before a byte, and the byte. */
function numberOf(text: Uint8Array, at: number): number {
  return text.subarray(Math.max(0, at - reach), at + 1).reduce((sum, byte, i) => (31 * sum + byte * (i + 1)) % 9973, 0);
}

function measure({ text, start, end, isPart = false }: MeasureRequest): Measurement {
  if (isPart && start < reach) throw new Error('The window is too short.');
  const numbers = Float32Array.from({ length: end - start }, (_, i) => numberOf(text, start + i));
  const small = Uint8Array.from(numbers, (value) => value % 251);
  return {
    start,
    entropyNats: numbers,
    surprisalNats: numbers.map((value) => -value),
    ranks: small,
    patchStart: small.map((value) => value % 2),
    candidateBytes: new Uint8Array(candidatesPerByte * small.length).map((_, i) => small[Math.floor(i / 5)] as number),
    candidateProbabilities: new Float32Array(candidatesPerByte * small.length).map(
      (_, i) => numbers[Math.floor(i / 5)] as number,
    ),
    thresholdNats: 1,
    evaluatedBytes: end - start,
  };
}

const range = (start: number, end: number) => ({ start: byteOffset(start), end: byteOffset(end) });

function inspect(known: KnownBytes | undefined, text: Uint8Array, start: number, end: number) {
  const { measured, missing } = carryOver(known, text, range(start, end), 1, reach);
  if (missing) fillIn(measured, missing, measure(requestFor(text, missing, reach)));
  return { known: { text, measured }, read: missing ? missing.end - missing.start : 0 };
}

const alphabet = fc.integer({ min: 97, max: 99 });
const someText = fc.array(alphabet, { maxLength: 60 });

test('after any edits and any scrolling, the numbers are those of a fresh measurement', () => {
  const steps = fc.array(
    fc.record({
      at: fc.nat(99),
      removed: fc.nat(12),
      inserted: fc.array(alphabet, { maxLength: 12 }),
      from: fc.nat(99),
      length: fc.nat(40),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(someText, steps, (start, edits) => {
      let text = Uint8Array.from(start);
      let known: KnownBytes | undefined;
      for (const { at, removed, inserted, from, length } of edits) {
        const place = Math.min(at, text.length);
        text = Uint8Array.from([...text.subarray(0, place), ...inserted, ...text.subarray(place + removed)]);
        const first = Math.min(from, text.length);
        const last = Math.min(text.length, first + length);
        ({ known } = inspect(known, text, first, last));
        const { evaluatedBytes: _, ...fresh } = measure({ text, ...range(first, last) });
        expect(known.measured).toEqual({ ...fresh, bytes: text.slice(first, last) });
      }
    }),
  );
});

describe('bytes that are read', () => {
  const text = Uint8Array.from({ length: 20_000 }, (_, i) => 97 + ((i * 7919) % 26));
  const { known } = inspect(undefined, text, 9_000, 11_000);
  const edited = (at: number) => Uint8Array.from([...text.subarray(0, at), 0x30, ...text.subarray(at)]);

  test('for a typed byte: that, and as many behind it as depend on it', () => {
    expect(inspect(known, edited(10_000), 9_000, 11_001).read).toBe(1 + reach);
  });
  test('for an edit behind the screen: none; before it: what depends on it', () => {
    expect(inspect(known, edited(15_000), 9_000, 11_000).read).toBe(0);
    expect(inspect(known, edited(8_999), 9_001, 11_001).read).toBe(reach - 1);
    expect(inspect(known, edited(10), 9_001, 11_001).read).toBe(0);
  });
  test('for scrolling: what comes into view', () => {
    expect(inspect(known, text, 9_300, 11_300).read).toBe(300);
    expect(inspect(known, text, 8_800, 10_800).read).toBe(200);
  });
  test('a request sends little of the text before them', () => {
    const request = requestFor(text, range(10_000, 10_001), reach);
    expect(request.text.length).toBeLessThan(4_096 + reach + 1);
    expect(requestFor(text, range(10_000, 10_001), Infinity).text.length).toBe(10_001);
  });
});
