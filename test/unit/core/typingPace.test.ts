import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TypingPace } from '../../../src/core/typingPace';

const result = (firstByteMs: number, byteMs: number, length = 9) => ({
  bytes: new Uint8Array(length),
  firstByteMs,
  ms: firstByteMs + byteMs * (length - 1),
  stop: 'max-bytes' as const,
});

/** A pace after keys with a gap between them. */
function typing(gapMs: number, keys = 20): TypingPace {
  const pace = new TypingPace();
  for (let key = 0; key < keys; key++) pace.key(key * gapMs);
  return pace;
}

describe('waiting for the next key', () => {
  test('an engine that answers before the next key is asked at once', () => {
    const pace = typing(200);
    pace.overtaken(0);
    expect(pace.waitMs()).toBe(0);
    pace.answered(result(10, 1));
    expect(pace.waitMs()).toBe(0);
  });

  test('a slow one is asked later the more requests are overtaken, but never much', () => {
    const pace = typing(120);
    pace.answered(result(100, 10));
    const waits = Array.from({ length: 30 }, () => {
      pace.overtaken(80);
      return pace.waitMs();
    });
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(50);
    expect(waits.at(-1)).toBeLessThanOrEqual(75);
    for (let count = 0; count < 30; count++) pace.answered(result(100, 10));
    expect(pace.waitMs()).toBe(0);
  });

  test('an engine that never comes to answer is known to be slow', () => {
    const pace = typing(120);
    for (let count = 0; count < 20; count++) pace.overtaken(120);
    expect(pace.waitMs()).toBeGreaterThan(0);
  });

  test('the rhythm of typing counts: who types slowly gets the same engine at once', () => {
    const [fast, slow] = [100, 400].map((gap) => {
      const pace = typing(gap);
      for (let count = 0; count < 20; count++) pace.overtaken(0);
      pace.answered(result(100, 5));
      return pace.waitMs();
    });
    expect(fast).toBeGreaterThan(0);
    expect(slow).toBe(0);
  });

  test('a pause for thought is no rhythm', () => {
    const pace = typing(100);
    pace.key(1e6);
    for (let count = 0; count < 20; count++) pace.overtaken(200);
    expect(pace.waitMs()).toBeGreaterThan(0);
  });

  test('on battery most requests of a fast typist are never made', () => {
    expect(typing(200).waitMs({ thrifty: true })).toBeGreaterThanOrEqual(150);
    expect(typing(900).waitMs({ thrifty: true })).toBe(300);
  });

  test('the expectation is for a suggestion of 16 bytes', () => {
    const pace = new TypingPace();
    pace.answered(result(20, 3));
    expect(pace.expectedMs).toBeCloseTo(20 + 16 * 3);
  });

  test('whatever happens, the wait is short and whole', () => {
    const event = fc.oneof(
      fc.record({ key: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
      fc.record({ overtaken: fc.double({ min: 0, max: 1e4, noNaN: true }) }),
      fc.record({ answered: fc.double({ min: 0, max: 1e4, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const pace = new TypingPace();
        for (const one of events) {
          if ('key' in one) pace.key(one.key);
          else if ('overtaken' in one) pace.overtaken(one.overtaken);
          else pace.answered(result(one.answered, one.answered / 10));
          for (const [thrifty, longest] of [
            [false, 75],
            [true, 300],
          ] as const) {
            const wait = pace.waitMs({ thrifty });
            expect(Number.isInteger(wait) && wait >= 0 && wait <= longest).toBe(true);
          }
        }
      }),
    );
  });
});
