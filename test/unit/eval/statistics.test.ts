// Intervals and tests against values that are known.
import { describe, expect, test } from 'vitest';
import { Bootstrap, holm, mcNemar } from '../../../eval/statistics';

describe('bootstrap over files', () => {
  const files = Array.from({ length: 100 }, (_, i) => `file ${i}`);
  const bootstrap = new Bootstrap(files, 2000);
  // One of two files has a right item; each file has two items that agree.
  const rows = files.flatMap((file, i) => Array.from({ length: 2 }, () => ({ file, values: [i % 2, 1] as const })));
  const share = ([right, all]: readonly [number, number]) => right / all;

  test('the interval of a share is that of as many files, not of as many items', () => {
    const { value, low, high } = bootstrap.estimate(rows, share);
    expect(value).toBe(0.5);
    // 1.96 · sqrt(.5 · .5 / 100) = .098
    expect(0.5 - low).toBeCloseTo(0.098, 1);
    expect(high - 0.5).toBeCloseTo(0.098, 1);
  });
  test('the same draws every time', () => {
    expect(new Bootstrap(files, 2000).estimate(rows, share)).toEqual(bootstrap.estimate(rows, share));
  });
  test('a difference of what is the same is 0', () => {
    const same = rows.map(({ file, values: [right, all] }) => ({ file, values: [right, right, all] as const }));
    const { value, low, high, p } = bootstrap.estimate(same, ([a, b, all]) => (a - b) / all);
    expect([value, low, high, p]).toEqual([0, 0, 0, 1]);
  });
  test('nothing has no value', () => {
    expect(bootstrap.estimate([], share).value).toBeNaN();
  });
});

test('McNemar, exact', () => {
  // Twice the lower tail of a fair coin.
  expect(mcNemar(0, 5)).toBeCloseTo(2 / 32, 10);
  expect(mcNemar(2, 8)).toBeCloseTo((2 * (1 + 10 + 45)) / 1024, 10);
  expect(mcNemar(4, 4)).toBe(1);
  expect(mcNemar(0, 0)).toBe(1);
});

test('Holm', () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((wanted, i) => {
    expect(adjusted[i]).toBeCloseTo(wanted, 10);
  });
});
