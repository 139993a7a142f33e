import { expect, test } from 'vitest';
import { Snooze } from '../../../src/core/snooze';

test('it lasts as long as was said', () => {
  const snooze = new Snooze();
  expect(snooze.isOn(0)).toBe(false);
  snooze.start(5, 1_000);
  expect([snooze.isOn(300_999), snooze.isOn(301_000)]).toEqual([true, false]);
  expect(snooze.msLeft(300_000)).toBe(1_000);
});

test('a second one replaces the first, and none ends it', () => {
  const snooze = new Snooze();
  snooze.start(60, 0);
  snooze.start(5, 0);
  expect(snooze.leftInWords(0)).toBe('5 minutes');
  expect(snooze.leftInWords(240_001)).toBe('1 minute');
  snooze.start(0, 0);
  expect(snooze.isOn(0)).toBe(false);
});
