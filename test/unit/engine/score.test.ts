// Scoring a text must give what generating it byte by byte gives.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { completePrompt } from '../../../src/core/prompt';
import { BltState } from '../../../src/engine/bltState';
import { Generator } from '../../../src/engine/generate';
import { score } from '../../../src/engine/score';
import { Cancelled } from '../../../src/engine/turn';
import { greatestDifference, loadModel, packages, root, type Blt } from './packages';

const always = { isCancellationRequested: false };
const code = readFileSync(path.join(root, 'test/unit/architecture.test.ts'));
const prompt = { path: 'a.ts', prefix: code.subarray(600, 700), suffix: code.subarray(720, 800) };

describe.each(packages)('$name', ({ directory }) => {
  let model: Blt;
  beforeAll(async () => {
    model = await loadModel(directory);
  });
  const over = async (
    request: typeof prompt & { copying?: boolean },
    target: Uint8Array,
    state = new BltState(model),
  ) => {
    const { bits, reusedBytes } = await score(
      model.manifest,
      state,
      { copying: false, ...request, targets: [target] },
      always,
    );
    return { bits: bits[0] as Float32Array, reusedBytes };
  };

  /** Bits of the target, one run of the graphs for each byte. */
  function stepByStep(target: Uint8Array): number[] {
    const { idOffset } = model.manifest;
    const state = new BltState(model);
    let logits = state.feed(completePrompt(prompt, model.manifest));
    return Array.from(target, (byte) => {
      const most = Math.max(...logits);
      const sum = logits.reduce((all, logit) => all + Math.exp(logit - most), 0);
      const bits = (most + Math.log(sum) - (logits[byte + idOffset] ?? NaN)) / Math.LN2;
      logits = state.feed(Uint16Array.of(byte + idOffset));
      return bits;
    });
  }

  test.each([0, 1, 2, 20, 300])('a target of %i bytes, step by step', async (length) => {
    const target = code.subarray(700, 700 + length);
    const { bits } = await over(prompt, target);
    expect(bits).toHaveLength(length);
    expect(greatestDifference(bits, stepByStep(target))).toBeLessThan(1e-3);
  });

  test.each([false, true])('what a completion says of its bytes, copying %s', async (copying) => {
    const state = new BltState(model);
    const generator = new Generator(model.manifest, state);
    const completion = { ...prompt, maxBytes: 12, minConfidence: 0, copying };
    const { bytes, probabilities } = await generator.complete(completion, always);
    const { bits, reusedBytes } = await over({ ...prompt, copying }, bytes, state);
    const said = Float32Array.from(bits, (bit) => 2 ** -bit);
    expect(greatestDifference(said, probabilities)).toBeLessThan(1e-4);
    expect(reusedBytes).toBe(completePrompt(prompt, model.manifest).length - 1);
    const again = await generator.complete(completion, always);
    expect(again.bytes).toEqual(bytes);
  });

  test.each([false, true])('several targets at once are as one by one, copying %s', async (copying) => {
    const targets = [code.subarray(700, 712), new Uint8Array(), code.subarray(700, 830), code.subarray(100, 140)];
    const state = new BltState(model);
    const { bits } = await score(model.manifest, state, { ...prompt, copying, targets }, always);
    for (const [i, target] of targets.entries()) {
      const alone = await over({ ...prompt, copying }, target);
      expect(greatestDifference(bits[i] ?? [], alone.bits)).toBeLessThan(1e-4);
    }
  });

  test('the prompt is read once, and what a completion needs of it and of the last target is still there', async () => {
    const state = new BltState(model);
    const read = vi.spyOn(state, 'read');
    const feedChunk = vi.spyOn(state, 'feedChunk');
    const targets = [code.subarray(100, 120), code.subarray(700, 720)];
    await score(model.manifest, state, { ...prompt, targets }, always);
    const { length } = completePrompt(prompt, model.manifest);
    const fed = (calls: readonly [Uint16Array, ...unknown[]][]) => calls.reduce((sum, [ids]) => sum + ids.length, 0);
    expect([fed(read.mock.calls), fed(feedChunk.mock.calls)]).toEqual([length, 38]);
    const goingOn = { ...prompt, prefix: code.subarray(600, 720), maxBytes: 12, minConfidence: 0 };
    const { bytes, reusedBytes } = await new Generator(model.manifest, state).complete(goingOn, always);
    expect(reusedBytes).toBe(length + 19);
    const fresh = await new Generator(model.manifest, new BltState(model)).complete(goingOn, always);
    expect(bytes).toEqual(fresh.bytes);
  });

  test('once nobody wants it, it ends before the next target', async () => {
    const state = new BltState(model);
    const wanted = { isCancellationRequested: false };
    const feedChunk = vi.spyOn(state, 'feedChunk').mockImplementation((ids) => {
      wanted.isCancellationRequested = true;
      return new Float32Array(ids.length * model.manifest.vocabulary);
    });
    const targets = [code.subarray(100, 120), code.subarray(700, 720)];
    await expect(score(model.manifest, state, { ...prompt, targets }, wanted)).rejects.toThrow(Cancelled);
    expect(feedChunk).toHaveBeenCalledTimes(1);
  });

  test('a target that does not fit is refused', async () => {
    const target = new Uint8Array(model.manifest.context.maxBytes).fill(0x61);
    await expect(over(prompt, target)).rejects.toThrow(/only \d+ fit/);
  });
});
