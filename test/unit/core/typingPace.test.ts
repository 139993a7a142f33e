import { expect, test } from 'vitest';
import { TypingPace } from '../../../src/core/typingPace';

test('it waits longer the more requests are overtaken, but never long', () => {
  const pace = new TypingPace();
  expect(pace.waitMs).toBe(0);
  const waits = Array.from({ length: 30 }, () => {
    pace.note(true);
    return pace.waitMs;
  });
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(waits[0]).toBeGreaterThan(0);
  expect(waits.at(-1)).toBeLessThanOrEqual(75);
  for (let count = 0; count < 30; count++) pace.note(false);
  expect(pace.waitMs).toBe(0);
});
