import { describe, expect, test } from 'vitest';
import { byteOffset } from '../../../src/core/bytes';
import { candidatesPerByte, type Measurement } from '../../../src/core/engine';
import { measuredCsv, measuredJson, measuredPart } from '../../../src/core/measuredBytes';
import { entropyJson } from '../../../src/cli/entropy';

const text = new TextEncoder().encode('a,"b"\nö');
const measurement: Measurement = {
  start: byteOffset(1),
  entropyNats: Float32Array.from({ length: 7 }, (_, i) => (i + 1) / 3),
  surprisalNats: Float32Array.from({ length: 7 }, (_, i) => (i + 1) / 7),
  ranks: Uint8Array.of(0, 1, 2, 3, 4, 5, 255),
  evaluatedBytes: 7,
  patchStart: Uint8Array.of(1, 0, 0, 1, 0, 0, 1),
  candidateBytes: Uint8Array.from({ length: 7 * candidatesPerByte }, (_, i) => i),
  candidateProbabilities: Float32Array.from({ length: 7 * candidatesPerByte }, (_, i) => 1 / (i + 1)),
  thresholdNats: 1.25,
};
const all = { start: byteOffset(0), end: byteOffset(99) };

describe('a part of a measurement', () => {
  test('is what was measured of the range, candidates too', () => {
    const part = measuredPart(text, measurement, { start: byteOffset(3), end: byteOffset(5) });
    expect(part.start).toBe(3);
    expect([...part.bytes]).toEqual([...text.subarray(3, 5)]);
    expect([...part.patchStart]).toEqual([0, 1]);
    expect([...part.candidateBytes]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  test('outside of the range there is nothing', () => {
    expect(measuredPart(text, measurement, { start: byteOffset(20), end: byteOffset(30) }).bytes).toHaveLength(0);
    expect(measuredPart(text, measurement, all).bytes).toHaveLength(7);
  });
});

describe('tables', () => {
  const part = measuredPart(text, measurement, all);

  test('JSON has the numbers of `bytewise entropy --json`', () => {
    const printed = JSON.parse(
      [...entropyJson({ nats: part.entropyNats, patchStart: part.patchStart, thresholdNats: part.thresholdNats })].join(
        '',
      ),
    ) as { entropyBits: number[]; patchStarts: number[]; threshold: number };
    const saved = JSON.parse(measuredJson(part, { file: 'a.ts', model: 'm' })) as typeof printed & {
      start: number;
      candidates: unknown[];
    };
    expect(saved.entropyBits).toEqual(printed.entropyBits);
    expect(saved.threshold).toBe(printed.threshold);
    expect(saved.patchStarts).toEqual(printed.patchStarts.map((start) => start + saved.start));
    expect(saved.candidates).toHaveLength(7);
  });

  test('CSV quotes commas, quotes and nothing else, one line for each byte', () => {
    const lines = measuredCsv(part).split('\r\n');
    expect(lines).toHaveLength(9);
    expect(lines[0]).toBe(
      'offset,hex,character,entropy_bits,surprisal_bits,patch_start,candidate_1,probability_1,candidate_2,probability_2,candidate_3,probability_3,candidate_4,probability_4,candidate_5,probability_5',
    );
    expect(lines[1]).toMatch(/^1,2C,",",0\.48/);
    expect(lines[2]).toMatch(/^2,22,"""",/);
    expect(lines[5]).toMatch(/^5,0A,⏎,/);
    expect(lines[6]).toMatch(/^6,C3,ö,/);
    expect(lines[7]).toMatch(/^7,B6,,/);
  });
});
