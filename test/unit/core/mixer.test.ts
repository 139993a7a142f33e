// The mixer against what training/mixer.py gives, and its own laws.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CopySource, type CopyingWeights } from '../../../src/core/copying';

interface Golden {
  weights: CopyingWeights & { mixer: NonNullable<CopyingWeights['mixer']> };
  cases: { before: string; after: string; others: string[]; typed: string; logLikelihoods: Record<string, number>[] }[];
}
const golden = JSON.parse(readFileSync(new URL('../../fixtures/golden/mixer.json', import.meta.url), 'utf8')) as Golden;
const { weights } = golden;
const encode = (text: string) => new TextEncoder().encode(text);
const idOffset = 4;

/** As the Python makes them. */
const logitsAt = (step: number) =>
  Float32Array.from(
    { length: 260 },
    (_, id) => 3 * Math.sin(id * (step + 1)) + (id === 'e'.charCodeAt(0) + idOffset ? 2 : 0),
  );

test.each(golden.cases)('corrects like the Python that it was fitted with: $before | $typed', (example) => {
  const typed = encode(example.typed);
  const source = new CopySource(weights, encode(example.before), encode(example.after), example.others.map(encode));
  example.logLikelihoods.forEach((expected, step) => {
    if (step > 0) source.follow(typed[step - 1] as number);
    const mixed = source.mixed(logitsAt(step), idOffset);
    for (const [byte, logLikelihood] of Object.entries(expected)) {
      expect(mixed[Number(byte) + idOffset]).toBeCloseTo(logLikelihood, 3);
    }
  });
});

describe('the corrected mixture', () => {
  const anyText = fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'ö'), maxLength: 60 });
  const anyLogits = fc
    .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 260, maxLength: 260 })
    .map((values) => Float32Array.from(values));
  const mixedOf = (of: CopyingWeights, before: string, after: string, logits: Float32Array) =>
    new CopySource(of, encode(before), encode(after)).mixed(logits, idOffset);

  test('is a distribution, whatever the text', () => {
    fc.assert(
      fc.property(anyText, anyText, anyLogits, (before, after, logits) => {
        const mixed = mixedOf(weights, before, after, logits);
        expect(mixed.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 4);
      }),
    );
  });

  test('is finite where the model is all but certain', () => {
    const logits = new Float32Array(260).fill(-200);
    logits['e'.charCodeAt(0) + idOffset] = 200;
    const mixed = mixedOf(weights, 'let me be. let m', '', logits);
    expect([...mixed].every((value) => !Number.isNaN(value))).toBe(true);
    expect(mixed['e'.charCodeAt(0) + idOffset]).toBeCloseTo(0, 2);
  });

  test('leaves the ratios between bytes that are no candidates', () => {
    const { mixer: _, ...uncorrected } = weights;
    const before = mixedOf(uncorrected, 'abcabcab', '', logitsAt(2));
    const after = mixedOf(weights, 'abcabcab', '', logitsAt(2));
    const shift = (byte: number) => (after[byte + idOffset] as number) - (before[byte + idOffset] as number);
    const likeliest = [...logitsAt(2).subarray(idOffset).entries()].sort((a, b) => b[1] - a[1]).slice(0, 3);
    const candidates = [...likeliest.map(([byte]) => byte), ...encode('abc')];
    const others = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !candidates.includes(byte));
    for (const byte of others) expect(shift(byte)).toBeCloseTo(shift(others[0] as number), 4);
    expect(shift('c'.charCodeAt(0))).not.toBeCloseTo(shift(others[0] as number), 2);
  });

  test('changes nothing where all weights of the last layer are 0', () => {
    const { mixer, ...uncorrected } = weights;
    const silent = { ...mixer, outputWeights: mixer.outputWeights.map(() => 0), outputBias: 0 };
    fc.assert(
      fc.property(anyText, anyLogits, (before, logits) => {
        const plain = mixedOf(uncorrected, before, '', logits);
        const mixed = mixedOf({ ...uncorrected, mixer: silent }, before, '', logits);
        mixed.forEach((value, id) => {
          expect(Math.abs(value - (plain[id] as number))).toBeLessThan(1e-4);
        });
      }),
    );
  });
});
