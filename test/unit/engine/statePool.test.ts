// Several texts in turn: each finds its own state again, as long as the budget lasts.
import { beforeAll, expect, test } from 'vitest';
import { BltState } from '../../../src/engine/bltState';
import { StatePool } from '../../../src/engine/statePool';
import { greatestDifference, loadModel, packages, type Blt } from './packages';

const windowed = packages.find(({ name }) => name === 'windowed-tiny') as (typeof packages)[number];
const plenty = 1e9;
let model: Blt;
beforeAll(async () => {
  model = await loadModel(windowed.directory);
});

/** A text that begins like every other one, as prompts do. */
function text(seed: number, length: number): Uint16Array {
  return Uint16Array.from({ length }, (_, i) => (i < 4 ? i + 1 : 4 + ((i * i * seed + i) % 256)));
}

/** What a completion does: finds what is known, reads the rest. Returns how many ids it did not have to read. */
function read(pool: StatePool, ids: Uint16Array): { reused: number; logits: Float32Array } {
  const reused = Math.min(pool.commonPrefix(ids), ids.length - 1);
  pool.truncate(reused);
  return { reused, logits: pool.feedChunk(ids.subarray(reused)).slice(-260) };
}

test('texts that are read in turn keep their states', () => {
  const pool = new StatePool(model, plenty);
  for (let round = 0; round < 3; round++) {
    for (const seed of [3, 5, 7]) {
      const ids = text(seed, 200 + round);
      const { reused, logits } = read(pool, ids);
      expect(reused).toBe(round === 0 ? 0 : 199 + round);
      expect(greatestDifference(logits, new BltState(model).feed(ids))).toBeLessThan(1e-3);
    }
  }
  expect(pool.size).toBe(3);
});

test('a text that is cut short or goes on differently keeps its state', () => {
  const pool = new StatePool(model, plenty);
  read(pool, text(3, 200));
  expect(read(pool, text(3, 150)).reused).toBe(149);
  const other = text(3, 180);
  other[140] = 100;
  expect(read(pool, other).reused).toBe(140);
  expect(pool.size).toBe(1);
});

test('what was not used for longest goes when the budget is spent', () => {
  const one = new StatePool(model, plenty);
  read(one, text(3, 200));
  const pool = new StatePool(model, 2.5 * one.bytes);
  for (const seed of [3, 5, 3, 7, 9]) read(pool, text(seed, 200));
  expect(pool.size).toBe(2);
  expect(read(pool, text(7, 200)).reused).toBe(199);
  expect(read(pool, text(9, 200)).reused).toBe(199);
  expect(pool.size).toBe(2);
  expect(pool.bytes).toBeLessThanOrEqual(2.5 * one.bytes);
  expect(read(pool, text(5, 200)).reused).toBe(0);
});

test('a budget of nothing still leaves the text at hand', () => {
  const pool = new StatePool(model, 0);
  read(pool, text(3, 100));
  expect(read(pool, text(3, 101)).reused).toBe(100);
  expect(read(pool, text(5, 100)).reused).toBe(0);
  expect(pool.size).toBe(1);
});

test('a text that takes over the memory of another one reads as in memory of its own', () => {
  const one = new StatePool(model, plenty);
  read(one, text(3, 300));
  const pool = new StatePool(model, 2.5 * one.bytes);
  const bytes: number[] = [];
  for (const seed of [3, 5, 7, 9, 11, 13]) {
    const ids = text(seed, 300);
    expect(read(pool, ids).logits).toEqual(new BltState(model).feedChunk(ids).slice(-260));
    bytes.push(pool.bytes);
  }
  expect(pool.size).toBe(2);
  // No more memory from the third text on, but for what its patches need.
  expect(bytes.at(-1)).toBeLessThan(1.1 * (bytes[1] ?? NaN));
});

test('texts that nobody wants any more keep to the budget', async () => {
  const one = new StatePool(model, plenty);
  read(one, text(3, 1000));
  const pool = new StatePool(model, 2.5 * one.bytes);
  for (let seed = 3; seed < 30; seed += 2) {
    const ids = text(seed, 1000);
    pool.commonPrefix(ids);
    let steps = 0;
    const pause = () => (++steps < 6 ? Promise.resolve() : Promise.reject(new Error('cancelled')));
    await expect(pool.read(ids, pause)).rejects.toThrow('cancelled');
    expect(pool.bytes).toBeLessThanOrEqual(2.5 * one.bytes);
  }
});
