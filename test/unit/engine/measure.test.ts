// Measuring a part must give what measuring all gives, and what the decoder's own entropy model sees.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ByteOffset, Measurement, MeasureRequest } from '../../../src/core/engine';
import { entropyReach, stretchBytes } from '../../../src/core/measuring';
import { BltState } from '../../../src/engine/bltState';
import { measure, Measuring } from '../../../src/engine/measure';
import { uncertainty } from '../../../src/core/patcher';
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
      for (const start of [8189, 8192, 16_300, 24_574, 24_577, 32_766])
        expectPart(await over(text, start, start + 100), whole, start, start + 100);
    }
  });

  test('after edits only what they can change is read, and the numbers are those of a fresh measurement', async () => {
    const reach = entropyReach(model.manifest);
    const edit = fc.record({
      at: fc.integer({ min: 0, max: 800 }),
      removed: fc.integer({ min: 0, max: 20 }),
      inserted: fc.uint8Array({ min: 1, max: 0xbf, maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(600), async (edits, begin) => {
        const measuring = new Measuring(model);
        let text: Uint8Array = code.subarray(0, 800);
        const request = (start: number) => ({ text, start: start as ByteOffset, end: text.length as ByteOffset });
        await measuring.measure(request(begin), always);
        for (const { at, removed, inserted } of edits) {
          const start = Math.min(at, text.length);
          text = Buffer.concat([text.subarray(0, start), inserted, text.subarray(start + removed)]);
          const from = Math.max(begin, start);
          const part = await measuring.measure(request(from), always);
          expectPart(part, await over(text), from, text.length, positionsTolerance);
          // One id is the one before the range, whose prediction was not kept.
          const fresh = Math.min(from + 1, reach ?? Infinity);
          const mostRead = start >= begin ? text.length - from + 1 : text.length - from + fresh + 1;
          expect(part.evaluatedBytes).toBeLessThanOrEqual(mostRead);
        }
      }),
      { numRuns: 6 },
    );
  });

  test('a part that begins far enough before the range is enough', async () => {
    const reach = entropyReach(model.manifest);
    if (reach === null) return;
    const text = code.subarray(0, 3000);
    const whole = await over(text);
    for (const [from, start, end] of [
      [500, 500 + reach, 2000],
      [1000, 1100 + reach, 3000],
    ] as const) {
      const part = { text: text.subarray(from, end), start: start - from, end: end - from, isPart: true };
      const measured = await measure(model, part as unknown as MeasureRequest, always);
      expectPart({ ...measured, start: start as ByteOffset }, whole, start, end, positionsTolerance);
    }
    const short = { text, start: 10 as ByteOffset, end: 20 as ByteOffset, isPart: true };
    await expect(measure(model, short, always)).rejects.toThrow(/must begin/);
  });

  test('a byte order mark is not read', async () => {
    const text = code.subarray(0, 200);
    const marked = await over(Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), text]));
    const plain = await over(text);
    expect([...marked.entropyNats]).toEqual([0, 0, 0, ...plain.entropyNats]);
    expect([...marked.patchStart]).toEqual([0, 0, 0, ...plain.patchStart]);
    expect([...marked.ranks]).toEqual([0, 0, 0, ...plain.ranks]);
  });

  describe('predictions of the model itself', () => {
    const own = (text: Uint8Array, start: number, end: number, measuring = new Measuring(model)) =>
      measuring.measure({ text, start: start as ByteOffset, end: end as ByteOffset, predictor: 'model' }, always);

    test('are those of reading byte by byte', async () => {
      const half = stretchBytes(model.manifest);
      const { bos, idOffset, sentinels, vocabulary } = model.manifest;
      const header = sentinels === null ? [bos] : [bos, sentinels.prefix + idOffset];
      // The end of a stretch and the beginning of the next one, each read from the start of the one before it.
      for (const stretch of [0, half, 2 * half]) {
        const from = Math.max(0, stretch - half);
        const text = code.subarray(0, stretch + 60);
        const measured = await own(text, stretch + 20, stretch + 60);
        const state = new BltState(model);
        const read = stretch + 19;
        const before = Array.from(text.subarray(from, read), (byte) => byte + idOffset);
        state.feed(Uint16Array.from([...header, ...before]));
        for (let j = 0; j < 40; j++) {
          const logits = state.feed(Uint16Array.of((text[read + j] as number) + idOffset));
          const { entropyNats, logPartition } = uncertainty({ logits, at: 0, vocabulary });
          expect(measured.entropyNats[j]).toBeCloseTo(entropyNats, 3);
          const surprisal = logPartition - (logits[(text[read + j + 1] as number) + idOffset] as number);
          expect(measured.surprisalNats[j]).toBeCloseTo(surprisal, 3);
        }
        const starts = state.patchEnds.map((end) => end - header.length + from - measured.start);
        expect([...measured.patchStart].flatMap((starts, i) => (starts ? [i] : []))).toEqual(
          starts.filter((start) => start >= 0 && start < 40),
        );
      }
    });

    test('of a part, and after an edit, are those of a fresh measurement of the whole', async () => {
      const half = stretchBytes(model.manifest);
      const text = Buffer.concat([code, code]).subarray(0, 3 * half + 100);
      const whole = await own(text, 0, text.length);
      const part = { text: text.subarray(half), start: half as ByteOffset, end: (half + 200) as ByteOffset };
      const measured = await measure(model, { ...part, isPart: true, predictor: 'model' }, always);
      expectPart({ ...measured, start: (2 * half) as ByteOffset }, whole, 2 * half, 2 * half + 200);
      const measuring = new Measuring(model);
      await own(text, 2 * half, 2 * half + 90, measuring);
      const edited = Buffer.concat([text.subarray(0, 2 * half + 50), Buffer.from('!'), text.subarray(2 * half + 51)]);
      const after = await own(edited, 2 * half + 50, 2 * half + 90, measuring);
      expect(after.evaluatedBytes).toBeLessThanOrEqual(41);
      expectPart(after, await own(edited, 0, 2 * half + 90), 2 * half + 50, 2 * half + 90);
    });
  });

  test('candidates are left out if nobody wants them', async () => {
    const request = { text: code.subarray(0, 50), start: 0 as ByteOffset, end: 50 as ByteOffset, candidates: false };
    const { candidateBytes, entropyNats } = await measure(model, request, always);
    expect(candidateBytes.length).toBe(0);
    expect([...entropyNats]).toEqual([...(await over(code.subarray(0, 50))).entropyNats]);
  });

  test('surprisals and candidates belong to the prediction', async () => {
    const text = code.subarray(0, 300);
    const { surprisalNats, ranks, candidateBytes, candidateProbabilities } = await over(text);
    text.forEach((byte, i) => {
      const rank = candidateBytes.subarray(5 * i, 5 * i + 5).indexOf(byte);
      const probability = Math.exp(-(surprisalNats[i] ?? NaN));
      expect(ranks[i]).toBe(rank >= 0 ? rank : Math.max(5, ranks[i] ?? NaN));
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

/**
 * Rotary angles are float32, so the same text at other positions comes out a little differently. Stated here in nats; what
 * the editor shows has two digits of bits.
 */
const positionsTolerance = 2e-3;

function expectPart(part: Measurement, whole: Measurement, start: number, end: number, tolerance = 1e-4): void {
  expect(part.start).toBe(start);
  expect(greatestDifference(part.entropyNats, whole.entropyNats.subarray(start, end))).toBeLessThan(tolerance);
  expect(greatestDifference(part.surprisalNats, whole.surprisalNats.subarray(start, end))).toBeLessThan(10 * tolerance);
  part.patchStart.forEach((starts, i) => {
    const aboveThreshold = (part.entropyNats[i] ?? NaN) - (part.thresholdNats ?? NaN);
    if (Math.abs(aboveThreshold) > tolerance) expect(starts).toBe(whole.patchStart[start + i]);
  });
  const candidates = whole.candidateProbabilities.subarray(5 * start, 5 * end);
  expect(greatestDifference(part.candidateProbabilities, candidates)).toBeLessThan(tolerance);
}
