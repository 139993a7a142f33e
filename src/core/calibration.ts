/**
 * From what the model believes to what comes true: the probability that a whole text is right, from the product p of the
 * probabilities of its n bytes. Beta calibration (Kull, Silva Filho, Flach, AISTATS 2017) with a term for the length:
 *
 *     logit q = intercept + probability · ln p − doubt · ln(1 − p) + length · ln n
 *
 * The weights are fitted on files that no model was trained on (training/calibration.py) and stand in the model's manifest.
 */
import type { Manifest } from './manifest';

export type Calibration = NonNullable<Manifest['calibration']>;

/** Confidence in a text that grows byte by byte: never more than it was a byte before. */
export class Confidence {
  #product = 1;
  #bytes = 0;
  #confidence = 1;

  /** Without a calibration it is the product itself. */
  constructor(private readonly calibration: Calibration | undefined) {}

  /** After one more byte, which the model gave this probability. */
  after(probability: number): number {
    this.#product *= probability;
    this.#bytes++;
    const { calibration } = this;
    const now = calibration ? calibrated(calibration, this.#product, this.#bytes) : this.#product;
    this.#confidence = Math.min(this.#confidence, now);
    return this.#confidence;
  }
}

/** Probabilities of 0 and 1 are rounded ones; their logarithms must be finite. */
const least = 1e-9;

export function calibrated(
  { intercept, probability, doubt, length }: Calibration,
  product: number,
  bytes: number,
): number {
  const believed = Math.min(1 - least, Math.max(least, product));
  const logit =
    intercept + probability * Math.log(believed) - doubt * Math.log(1 - believed) + length * Math.log(bytes);
  return 1 / (1 + Math.exp(-logit));
}
