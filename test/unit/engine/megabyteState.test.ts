// A MEGABYTE package in the engine: the logits of PyTorch, with caches and without, and the same requests as a BLT.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { byteOffset } from '../../../src/core/bytes';
import type { MegabyteManifest } from '../../../src/core/manifest';
import { Inference } from '../../../src/engine/inference';
import { measure } from '../../../src/engine/measure';
import { MegabyteState } from '../../../src/engine/megabyteState';
import { Model, type Graphs } from '../../../src/engine/model';
import { argmax, golden, greatestDifference, megabyteDirectory, root } from './packages';

const { ids, logits, greedy } = golden('megabyte-tiny');
const never = { isCancellationRequested: false };
let model: Graphs<MegabyteManifest>;

beforeAll(async () => {
  const options = { modelDirectory: megabyteDirectory };
  model = (await Model.load(options)) as unknown as Graphs<MegabyteManifest>;
});

describe('logits', () => {
  test.each([1, 3, 4, 50])('are those of PyTorch, in chunks of %i', (chunk) => {
    const state = new MegabyteState(model);
    const found: number[] = [];
    for (let at = 0; at < ids.length; at += chunk)
      found.push(...state.feedChunk(Uint16Array.from(ids.slice(at, at + chunk))));
    expect(greatestDifference(found, logits.flat())).toBeLessThan(1e-4);
    expect([state.length, state.patches]).toEqual([50, 12]);
  });

  test('make the same greedy bytes as without caches', () => {
    const state = new MegabyteState(model);
    let last = state.feed(Uint16Array.from(ids));
    const found: number[] = [];
    while (found.length < greedy.length) {
      found.push(argmax(last));
      last = state.feed(Uint16Array.of(found.at(-1) as number));
    }
    expect(found).toEqual(greedy);
  });

  test('come back when bytes were forgotten', () => {
    const text = Uint16Array.from(ids);
    const whole = new MegabyteState(model).feedChunk(text);
    const { vocabulary } = model.manifest;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 49 }), fc.integer({ min: 0, max: 49 }), (length, kept) => {
        const state = new MegabyteState(model);
        state.feed(text.subarray(0, length));
        state.truncate(kept);
        expect(state.length).toBe(Math.min(length, kept));
        const rest = state.feedChunk(text.subarray(state.length));
        expect(greatestDifference(rest, whole.subarray(Math.min(length, kept) * vocabulary))).toBeLessThan(1e-4);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the engine', () => {
  const request = {
    path: 'a.ts',
    prefix: new TextEncoder().encode('const x = compute(y);\nret'),
    suffix: new TextEncoder().encode('\n}\n'),
    maxBytes: 12,
    minConfidence: 0,
  };

  test('completes and scores', async () => {
    const engine = new Inference();
    const info = await engine.load({ modelDirectory: megabyteDirectory });
    expect(info).toMatchObject({ modelName: 'megabyte-tiny', thresholdNats: null, contextBytes: 512 });
    // Random weights often begin a character that they do not finish: then nothing is suggested.
    let generated = 0;
    for (let i = 0; i < 12; i++) {
      const one = { ...request, prefix: new TextEncoder().encode(`const x = compute(y);\nret${i}`) };
      const { bytes, probabilities } = await engine.complete(one, never);
      const { bits } = await engine.score({ ...one, targets: [bytes] }, never);
      const chances = [...(bits[0] ?? [])].map((b) => 2 ** -b);
      expect(greatestDifference(chances, probabilities)).toBeLessThan(1e-4);
      expect((await engine.complete(one, never)).bytes).toEqual(bytes);
      generated += bytes.length;
    }
    expect(generated).toBeGreaterThan(5);
  });

  test('refuses a graph that does not fit the manifest', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'megabyte-'));
    cpSync(megabyteDirectory, folder, { recursive: true });
    const file = path.join(folder, 'manifest.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as MegabyteManifest;
    writeFileSync(file, JSON.stringify({ ...manifest, patching: { rule: 'fixed', bytes: 8 } }));
    const loading = Model.load({ modelDirectory: folder });
    await expect(loading).rejects.toThrow(/wide\.onnx does not fit its manifest\.json: input "ids"/);
  });
});

describe('measuring', () => {
  const text = readFileSync(path.join(root, 'test/unit/architecture.test.ts')).subarray(0, 1500);
  const range = (start: number, end: number) =>
    measure(model, { text, start: byteOffset(start), end: byteOffset(end) }, never);

  test('a patch starts every four bytes, and entropies are those of the predictions', async () => {
    const whole = await range(0, text.length);
    expect(whole.thresholdNats).toBeNull();
    // BOS and a sentinel stand before the document.
    expect([...whole.patchStart].map((starts, i) => starts === ((i + 2) % 4 === 0 ? 1 : 0))).not.toContain(false);
    const { bos, sentinels, idOffset, vocabulary } = model.manifest;
    const start = [bos, (sentinels?.prefix ?? 0) + idOffset, ...[...text.subarray(0, 99)].map((b) => b + idOffset)];
    const predictions = new MegabyteState(model).feedChunk(Uint16Array.from(start));
    for (let i = 0; i < 100; i++) {
      const row = predictions.subarray((i + 1) * vocabulary, (i + 2) * vocabulary);
      const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
      const surprisal = Math.log(sum) - (row[(text[i] as number) + idOffset] as number);
      expect(whole.surprisalNats[i]).toBeCloseTo(surprisal, 3);
    }
  });

  test('a part is measured like the whole', async () => {
    const whole = await range(0, text.length);
    for (const [start, end] of [
      [0, 1],
      [3, 250],
      [250, 700],
      [511, 1500],
    ] as const) {
      const part = await range(start, end);
      expect(greatestDifference(part.entropyNats, whole.entropyNats.subarray(start, end))).toBeLessThan(1e-4);
      expect(part.patchStart).toEqual(whole.patchStart.subarray(start, end));
    }
  });
});
