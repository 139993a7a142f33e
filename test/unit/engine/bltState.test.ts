// The cached decoder against Hugging Face's full forward, and against itself without caches.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { BltState } from '../../../src/engine/bltState';
import { chunkBytes } from '../../../src/engine/byteState';
import { argmax, golden, greatestDifference, loadModel, oracleDirectory, packages, root, type Blt } from './packages';

describe('parity with Hugging Face', () => {
  const oracle = golden('oracle-tiny');
  let model: Blt;
  beforeAll(async () => {
    model = await loadModel(oracleDirectory);
  });

  test.each([1, 7, 75])('entropies, patches and logits in chunks of %i', (chunk) => {
    const state = new BltState(model);
    const logits: number[] = [];
    const ids = Uint16Array.from(oracle.ids);
    for (let at = 0; at < ids.length; at += chunk) logits.push(...state.feedChunk(ids.subarray(at, at + chunk)));
    expect(greatestDifference(state.entropies, oracle.entropies)).toBeLessThan(1e-4);
    expect(greatestDifference(logits, oracle.logits.flat())).toBeLessThan(1e-3);
    const ends = oracle.patchLengths.reduce<number[]>((all, length) => [...all, (all.at(-1) ?? 0) + length], []);
    // The patch at the end may still be running.
    expect([...new Set([...state.patchEnds, ids.length])]).toEqual(ends.filter((end, i) => end !== ends[i - 1]));
  });

  test('greedy bytes', () => {
    const state = new BltState(model);
    let next = argmax(state.feed(Uint16Array.from(oracle.ids)));
    const bytes: number[] = [];
    while (bytes.length < oracle.greedy.length) {
      bytes.push(next);
      next = argmax(state.feed(Uint16Array.of(next)));
    }
    expect(bytes).toEqual(oracle.greedy);
  });
});

describe.each(packages)('$name: any way of feeding gives the same', ({ directory }) => {
  let model: Blt;
  let text: Uint16Array;
  beforeAll(async () => {
    model = await loadModel(directory);
    const { bos, idOffset } = model.manifest;
    const code = readFileSync(path.join(root, 'test/unit/architecture.test.ts'));
    text = Uint16Array.from([bos, ...[...code].map((byte) => byte + idOffset)]);
  });

  /** What a state without a history says. */
  const fresh = (ids: Uint16Array) => {
    const state = new BltState(model);
    return { logits: state.feed(ids).slice(), entropies: state.entropies, patchEnds: state.patchEnds };
  };

  const steps = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ feed: fc.integer({ min: 1, max: 90 }) }) },
      { weight: 1, arbitrary: fc.record({ feed: fc.integer({ min: 1, max: 600 }) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          keep: fc.double({ min: 0, max: 1, noNaN: true }),
          feed: fc.integer({ min: 1, max: 9 }),
        }),
      },
    ),
    { minLength: 1, maxLength: 6 },
  );

  test('chunks and truncations', () => {
    fc.assert(
      fc.property(steps, fc.nat(2000), (list, jump) => {
        const state = new BltState(model);
        let ids = new Uint16Array();
        let logits: Float32Array = new Float32Array();
        list.forEach((step, i) => {
          if ('keep' in step) {
            ids = ids.slice(0, Math.floor(ids.length * step.keep));
            state.truncate(ids.length);
          }
          // After a truncation other text follows than before.
          const from = ids.length === 0 ? 0 : 1 + ((i * jump + ids.length) % 3000);
          const more = text.subarray(from, from + step.feed);
          ids = Uint16Array.from([...ids, ...more]);
          logits = state.feed(more);
        });
        const expected = fresh(ids);
        expect(greatestDifference(logits, expected.logits)).toBeLessThan(1e-3);
        expect(argmax(logits)).toBe(argmax(expected.logits));
        expect(greatestDifference(state.entropies, expected.entropies)).toBeLessThan(1e-4);
        expect(state.patchEnds).toEqual(expected.patchEnds);
      }),
      { numRuns: 15, seed: 7 },
    );
  });

  test('one run per byte', () => {
    const ids = text.subarray(0, 2 * chunkBytes + 50);
    const state = new BltState(model);
    let logits: Float32Array = new Float32Array();
    for (let i = 0; i < ids.length; i++) logits = state.feed(ids.subarray(i, i + 1));
    expect(greatestDifference(logits, fresh(ids).logits)).toBeLessThan(1e-3);
  });

  test('reading that is given up in the middle of a chunk leaves what came before it', async () => {
    const ids = text.subarray(0, 2 * chunkBytes + 60);
    const pauses = (await countedPauses(new BltState(model), ids, Infinity)).pauses;
    for (let last = 0; last < pauses; last += 3) {
      const state = new BltState(model);
      state.feed(ids.subarray(0, 40));
      const { failed } = await countedPauses(state, ids.subarray(40), last);
      expect(failed).toBe(true);
      const kept = state.length;
      expect(kept).toBe(40 + chunkBytes * Math.floor((kept - 40) / chunkBytes));
      const logits = state.feed(ids.subarray(kept));
      expect(greatestDifference(logits, fresh(ids).logits)).toBeLessThan(1e-3);
      expect(state.patchEnds).toEqual(fresh(ids).patchEnds);
    }
  });

  test('a failed run leaves no half of it behind', () => {
    const ids = text.subarray(0, 40);
    const state = new BltState(model);
    state.feed(ids);
    // 999 is no id, so the graph fails after nothing or something has been appended.
    expect(() => state.feed(Uint16Array.of(999))).toThrow();
    expect(state.length).toBe(0);
    expect(greatestDifference(state.feed(ids), fresh(ids).logits)).toBeLessThan(1e-3);
  });
});

/** Reads, but gives up at pause number `last`. */
async function countedPauses(state: BltState, ids: Uint16Array, last: number) {
  let pauses = 0;
  const reading = state.read(ids, () =>
    pauses++ === last ? Promise.reject(new Error('given up')) : Promise.resolve(),
  );
  const failed = await reading.then(
    () => false,
    () => true,
  );
  return { pauses, failed };
}
