import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entropyNats, logPartition, startsPatch, writeCandidates } from '../../../src/core/patcher';

const vocabulary = 260;
const predict = (logits: Float32Array, at = 0) => ({ logits, at, vocabulary });
const logits = fc
  .array(fc.float({ min: -80, max: 80, noNaN: true }), { minLength: vocabulary, maxLength: vocabulary })
  .map((values) => Float32Array.from(values));

/** Plain definitions, in double precision and without any care for speed. */
function probabilities(values: Float32Array): number[] {
  const largest = Math.max(...values);
  const weights = [...values].map((value) => Math.exp(value - largest));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

describe('entropy', () => {
  test('of equal logits is the logarithm of their number, wherever they lie', () => {
    for (const value of [0, 1000, -1000]) {
      expect(entropyNats(predict(new Float32Array(vocabulary).fill(value)))).toBeCloseTo(Math.log(vocabulary), 6);
    }
  });

  test('of certainty is zero', () => {
    const certain = new Float32Array(vocabulary);
    certain[7] = 3e38;
    expect(entropyNats(predict(certain))).toBe(0);
  });

  test('is −Σ p ln p, also inside a larger array', () => {
    fc.assert(
      fc.property(logits, (values) => {
        const expected = -probabilities(values).reduce((sum, p) => sum + (p === 0 ? 0 : p * Math.log(p)), 0);
        const embedded = new Float32Array(vocabulary + 10).fill(500);
        embedded.set(values, 5);
        expect(entropyNats(predict(embedded, 5))).toBeCloseTo(expected, 9);
      }),
    );
  });
});

describe('candidates', () => {
  test('are the five likeliest bytes in order, with their probabilities', () => {
    fc.assert(
      fc.property(logits, (values) => {
        const all = probabilities(values);
        const expected = Array.from({ length: 256 }, (_, byte) => byte)
          .sort((a, b) => (values[b + 4] ?? 0) - (values[a + 4] ?? 0) || a - b)
          .slice(0, 5);
        const bytes = new Uint8Array(12).fill(99);
        const chances = new Float32Array(12).fill(99);
        writeCandidates(predict(values), 4, 5, bytes, chances, 3);
        expect([...bytes]).toEqual([99, 99, 99, ...expected, 99, 99, 99, 99]);
        expected.forEach((byte, i) => {
          expect(chances[3 + i]).toBeCloseTo(all[byte + 4] ?? NaN, 6);
        });
        expect([chances[2], chances[8]]).toEqual([99, 99]);
      }),
    );
  });

  test('surprisals are differences to the partition', () => {
    const values = Float32Array.from({ length: vocabulary }, (_, i) => Math.sin(i));
    expect(logPartition(predict(values)) - Math.sin(42)).toBeCloseTo(-Math.log(probabilities(values)[42] ?? NaN), 6);
  });
});

test('BOS and the byte after it start patches, others after an entropy above the threshold', () => {
  expect([0, 1, 2].map((position) => startsPatch(position, 0, 1))).toEqual([true, true, false]);
  expect([0.9, 1, 1.1].map((entropy) => startsPatch(9, entropy, 1))).toEqual([false, false, true]);
});
