// The cache against a list: what the mask leaves visible must be exactly the rows that a window shows.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KvCache } from '../../../src/engine/kvCache';

const step = fc.oneof(
  fc.record({ append: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ append: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ keep: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ drop: fc.integer({ min: 0, max: 20 }) }),
);
const shape = fc.record({
  layers: fc.integer({ min: 1, max: 2 }),
  heads: fc.integer({ min: 1, max: 3 }),
  headWidth: fc.integer({ min: 1, max: 2 }),
  window: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 200 })),
});

test('the rows that a position may see are visible, and no others', () => {
  fc.assert(
    fc.property(shape, fc.array(step, { maxLength: 12 }), (shape, steps) => {
      const { layers, heads, headWidth, window } = shape;
      const cache = new KvCache(shape);
      // A number for each row, never used twice.
      let rows: number[] = [];
      let latest = 0;
      for (const step of steps) {
        if ('append' in step) {
          const fresh = Array.from({ length: step.append }, () => ++latest);
          cache.append(fresh.length, (layer) => {
            const values = (sign: number) =>
              Float32Array.from({ length: heads * fresh.length * headWidth }, (_, i) => {
                const head = Math.floor(i / (fresh.length * headWidth));
                const row = Math.floor(i / headWidth) % fresh.length;
                return sign * ((fresh[row] ?? 0) * 100 + layer * 10 + head);
              });
            return { k: values(1), v: values(-1) };
          });
          rows = [...rows, ...fresh];
        } else {
          const length = 'keep' in step ? Math.floor(rows.length * step.keep) : Math.max(0, rows.length - step.drop);
          cache.truncate(length);
          rows = rows.slice(0, length);
        }
        expect(cache.length).toBe(rows.length);
        expect(cache.capacity).toBeLessThanOrEqual(window ?? Infinity);
        for (const count of [1, 5]) checkNext(cache, rows, count, layers, heads, headWidth, window ?? Infinity);
      }
    }),
    { numRuns: 60 },
  );
});

/** Checks what the next `count` positions would see. */
function checkNext(
  cache: KvCache,
  rows: number[],
  count: number,
  layers: number,
  heads: number,
  headWidth: number,
  window: number,
): void {
  const columns = cache.capacity + count;
  const mask = new Float32Array(count * columns + 3).fill(7);
  cache.writeMask(count, mask);
  expect([...mask.subarray(count * columns)]).toEqual([7, 7, 7]);
  for (let row = 0; row < count; row++) {
    const visible = (column: number) => mask[row * columns + column] === 0;
    const position = rows.length + row;
    for (let fresh = 0; fresh < count; fresh++) {
      expect(visible(cache.capacity + fresh)).toBe(fresh <= row && fresh > row - window);
    }
    const expected = rows.slice(Math.max(0, position - window + 1));
    for (let layer = 0; layer < layers; layer++) {
      const { k, v } = cache.past(layer);
      for (let head = 0; head < heads; head++) {
        const seen: number[] = [];
        for (let slot = 0; slot < cache.capacity; slot++) {
          if (!visible(slot)) continue;
          const at = (head * cache.capacity + slot) * headWidth;
          const key = k[at] ?? NaN;
          expect(v[at]).toBe(-key);
          seen.push((key - layer * 10 - head) / 100);
        }
        expect(seen.sort((a, b) => a - b)).toEqual(expected);
      }
    }
  }
}
