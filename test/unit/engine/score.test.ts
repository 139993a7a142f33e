// Scoring a text must give what generating it byte by byte gives.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { completePrompt } from '../../../src/core/prompt';
import { BltState } from '../../../src/engine/bltState';
import { Generator } from '../../../src/engine/generate';
import { score } from '../../../src/engine/score';
import { greatestDifference, loadModel, packages, root, type Blt } from './packages';

const always = { isCancellationRequested: false };
const code = readFileSync(path.join(root, 'test/unit/architecture.test.ts'));
const prompt = { path: 'a.ts', prefix: code.subarray(600, 700), suffix: code.subarray(720, 800) };

describe.each(packages)('$name', ({ directory }) => {
  let model: Blt;
  beforeAll(async () => {
    model = await loadModel(directory);
  });
  const over = (request: typeof prompt & { copying?: boolean }, target: Uint8Array, state = new BltState(model)) =>
    score(model.manifest, state, { copying: false, ...request, target }, always);

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

  test('a target that does not fit is refused', async () => {
    const target = new Uint8Array(model.manifest.context.maxBytes).fill(0x61);
    await expect(over(prompt, target)).rejects.toThrow(/only \d+ fit/);
  });
});
