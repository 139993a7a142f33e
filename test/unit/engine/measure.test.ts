// Measuring a part must give what measuring all gives, and what the decoder's own entropy model sees.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ByteOffset, Measurement } from '../../../src/core/engine';
import { BltState } from '../../../src/engine/bltState';
import { measure } from '../../../src/engine/measure';
import { Cancelled } from '../../../src/engine/turn';
import { greatestDifference, loadModel, packages, root, type Blt } from './packages';

const always = { isCancellationRequested: false };
const code = readFileSync(path.join(root, 'test/unit/architecture.test.ts'));

describe.each(packages)('$name', ({ directory }) => {
  let model: Blt;
  beforeAll(async () => {
    model = await loadModel(directory);
  });
  const over = (text: Uint8Array, start = 0, end = text.length) =>
    measure(model, { text, start: start as ByteOffset, end: end as ByteOffset }, always);

  test('agrees with the decoder', async () => {
    const text = code.subarray(0, 1500);
    const { bos, idOffset, sentinels } = model.manifest;
    const header = sentinels === null ? [bos] : [bos, sentinels.prefix + idOffset];
    const state = new BltState(model);
    state.feed(Uint16Array.from([...header, ...[...text].map((byte) => byte + idOffset)]));
    const whole = await over(text);
    expect(greatestDifference(whole.entropyNats, state.entropies.subarray(header.length - 1, -1))).toBeLessThan(1e-4);
    const starts = state.patchEnds.map((end) => end - header.length).filter((start) => start >= 0 && start < 1500);
    expect([...whole.patchStart].flatMap((starts, i) => (starts ? [i] : []))).toEqual(starts);
  });

  test('a part is a part of the whole', async () => {
    const text = code.subarray(0, 3000);
    const whole = await over(text);
    for (const [start, end] of [
      [0, 3],
      [1, 2],
      [0, 0],
      [100, 130],
      [1000, 1600],
      [2900, 3000],
      [2999, 9999],
    ] as const) {
      expectPart(await over(text, start, end), whole, start, Math.min(end, 3000));
    }
  });

  test('CRLF is measured as LF, and a part of it as a part', async () => {
    const lines = 'a = 1\nbc = 23\n\nd\n'.split('\n');
    const [lf, crlf] = ['\n', '\r\n'].map((end) => Buffer.from(lines.join(end))) as [Buffer, Buffer];
    const [plain, whole] = [await over(lf), await over(crlf)];
    const kept = [...crlf.keys()].filter((i) => crlf[i] !== 0x0d);
    expect(
      greatestDifference(
        plain.entropyNats,
        Float32Array.from(kept, (i) => whole.entropyNats[i] as number),
      ),
    ).toBe(0);
    for (const [place, i] of kept.entries()) {
      const starts = whole.patchStart[i] === 1 || (crlf[i - 1] === 0x0d && whole.patchStart[i - 1] === 1);
      expect(starts).toBe(plain.patchStart[place] === 1);
    }
    for (let start = 0; start < crlf.length; start++) {
      expectPart(await over(crlf, start, crlf.length), whole, start, crlf.length);
    }
  });

  test('a long document is measured in stretches, if the model has a window', async () => {
    const text = Buffer.concat(Array<Buffer>(9).fill(code)).subarray(0, 33_000);
    if (model.manifest.stacks.entropy.window === null) {
      await expect(over(text)).rejects.toThrow(/only the first 8192 bytes/);
    } else {
      const whole = await over(text);
      for (const start of [8189, 8192, 16_300, 32_766])
        expectPart(await over(text, start, start + 100), whole, start, start + 100);
    }
  });

  test('surprisals and candidates belong to the prediction', async () => {
    const text = code.subarray(0, 300);
    const { surprisalNats, candidateBytes, candidateProbabilities } = await over(text);
    text.forEach((byte, i) => {
      const rank = candidateBytes.subarray(5 * i, 5 * i + 5).indexOf(byte);
      const probability = Math.exp(-(surprisalNats[i] ?? NaN));
      if (rank >= 0) expect(candidateProbabilities[5 * i + rank]).toBeCloseTo(probability, 5);
      else expect(probability).toBeLessThanOrEqual((candidateProbabilities[5 * i + 4] ?? NaN) + 1e-6);
    });
  });

  test('a cancellation is seen between steps', async () => {
    let checks = 0;
    const wanted = {
      get isCancellationRequested() {
        return ++checks > 3;
      },
    };
    const request = { text: code.subarray(0, 3000), start: 0 as ByteOffset, end: 3000 as ByteOffset };
    await expect(measure(model, request, wanted)).rejects.toThrow(Cancelled);
    expect(checks).toBe(4);
  });
});

function expectPart(part: Measurement, whole: Measurement, start: number, end: number): void {
  expect(part.start).toBe(start);
  expect(greatestDifference(part.entropyNats, whole.entropyNats.subarray(start, end))).toBeLessThan(1e-4);
  expect(greatestDifference(part.surprisalNats, whole.surprisalNats.subarray(start, end))).toBeLessThan(1e-3);
  part.patchStart.forEach((starts, i) => {
    const aboveThreshold = (part.entropyNats[i] ?? NaN) - (part.thresholdNats ?? NaN);
    if (Math.abs(aboveThreshold) > 1e-4) expect(starts).toBe(whole.patchStart[start + i]);
  });
  const candidates = whole.candidateProbabilities.subarray(5 * start, 5 * end);
  expect(greatestDifference(part.candidateProbabilities, candidates)).toBeLessThan(1e-4);
}
