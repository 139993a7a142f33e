import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Confidence, calibrated } from '../../../src/core/calibration';

test('without a calibration confidence is the product of the probabilities', () => {
  const confidence = new Confidence(undefined);
  expect([0.5, 1, 0.5, 0.25].map((probability) => confidence.after(probability))).toEqual([0.5, 0.5, 0.25, 0.0625]);
});

test('weights of one and nothing else leave a probability as it is', () => {
  const same = { intercept: 0, probability: 1, doubt: 1 };
  for (const p of [0.001, 0.2, 0.5, 0.9, 0.999]) expect(calibrated(same, p)).toBeCloseTo(p, 6);
});

test('confidence is a probability and never grows with a byte more', () => {
  const weight = fc.double({ min: 0, max: 4, noNaN: true });
  const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
  const any = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(weight, weight, any, chances, (probability, doubt, intercept, all) => {
      const confidence = new Confidence({ intercept, probability, doubt });
      let before = 1;
      for (const one of all) {
        const now = confidence.after(one);
        expect(now).toBeGreaterThanOrEqual(0);
        expect(now).toBeLessThanOrEqual(before);
        before = now;
      }
    }),
  );
});
