/**
 * From what the model believes to what comes true: the probability q that a whole text is right, from the product p of the
 * probabilities of its bytes. Beta calibration (Kull, Silva Filho, Flach, AISTATS 2017):
 *
 *     logit q = intercept + probability · ln p − doubt · ln(1 − p)
 *
 * The weights are fitted on files that no model was trained on (training/calibration.py) and stand in the model's manifest.
 */
import type { Manifest } from './manifest';

export type Calibration = NonNullable<Manifest['calibration']>;

/** Confidence in a text that grows byte by byte: never more than it was a byte before. */
export class Confidence {
  #product = 1;

  /** Without a calibration it is the product itself. */
  constructor(private readonly calibration: Calibration | undefined) {}

  /** After one more byte, which the model gave this probability. */
  after(probability: number): number {
    this.#product *= probability;
    const { calibration } = this;
    return calibration ? calibrated(calibration, this.#product) : this.#product;
  }
}

/** Probabilities of 0 and 1 are rounded ones; their logarithms must be finite. */
const least = 1e-9;

export function calibrated({ intercept, probability, doubt }: Calibration, product: number): number {
  const believed = Math.min(1 - least, Math.max(least, product));
  const logit = intercept + probability * Math.log(believed) - doubt * Math.log(1 - believed);
  return 1 / (1 + Math.exp(-logit));
}
