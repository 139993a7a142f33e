/**
 * Corrects the mixture of copying by what is known of each byte that may come next. `training/mixer.py` explains and fits it; a
 * manifest holds the weights (`copying.mixer`). A network of one hidden layer gives each candidate b, which is a byte that has
 * votes or that the model finds likely, a number s(b): p(b) = p_mixed(b) e^s(b) / Z, with s = 0 for all other ids.
 */

import { isWordByte } from './bytes';
import type { Manifest } from './manifest';
import type { Votes } from './votes';

export type MixerWeights = NonNullable<NonNullable<Manifest['copying']>['mixer']>;

/** How many numbers the network sees of a candidate. */
export const mixerFeatures = 23;

/** The distance of a byte that has no votes. */
const far = 1e5;

/** The text that has been typed or generated, at its end. */
export interface TextEnd {
  /** A byte value; 256 before the first one. */
  readonly last: number;
  /** Bytes of the word at the end, and how many of them do not repeat the one before. */
  readonly word: number;
  readonly told: number;
}

/** What the model says, and what copying makes of it: of ids, [vocabulary]. */
export interface Mixture {
  readonly idOffset: number;
  readonly logits: Float32Array;
  readonly logPartition: number;
  readonly entropyNats: number;
  /** ln p; corrected in place. */
  readonly logLikelihoods: Float32Array;
}

export class Mixer {
  /** [mixerFeatures, hidden] */
  readonly #hidden: Float64Array;
  readonly #features = new Float64Array(mixerFeatures);
  readonly #units: Float64Array;

  constructor(private readonly weights: MixerWeights) {
    const { hiddenWeights, hiddenBiases } = weights;
    const features = Array.from({ length: mixerFeatures }, (_, i) => hiddenWeights.map((row) => row[i] as number));
    this.#hidden = Float64Array.from(features.flat());
    this.#units = new Float64Array(hiddenBiases.length);
  }

  correct(mixture: Mixture, votes: Votes, end: TextEnd): void {
    const { logLikelihoods, idOffset } = mixture;
    const likeliest = this.#likeliest(mixture);
    let rest = 1;
    let sum = 0;
    const scores = new Map<number, number>();
    for (let byte = 0; byte < 256; byte++) {
      if (votes.counts[byte] === 0 && !likeliest.includes(byte)) continue;
      const score = this.#score(byte, likeliest[0] === byte, mixture, votes, end);
      const p = Math.exp(logLikelihoods[byte + idOffset] as number);
      rest -= p;
      sum += p * Math.exp(score);
      scores.set(byte, score);
    }
    // A rounding error may take the rest below zero.
    const logSum = Math.log(Math.max(0, rest) + sum);
    for (let id = 0; id < logLikelihoods.length; id++) {
      logLikelihoods[id] = (logLikelihoods[id] as number) + (scores.get(id - idOffset) ?? 0) - logSum;
    }
  }

  /** The model's likeliest bytes, the best one first. */
  #likeliest({ logits, idOffset }: Mixture): number[] {
    const found: number[] = [];
    const at = (byte: number) => logits[byte + idOffset] as number;
    for (let byte = 0; byte < 256; byte++) {
      if (found.length === this.weights.likeliest && at(byte) <= at(found.at(-1) as number)) continue;
      const place = found.findIndex((other) => at(byte) > at(other));
      found.splice(place < 0 ? found.length : place, 0, byte);
      if (found.length > this.weights.likeliest) found.pop();
    }
    return found;
  }

  #score(byte: number, isLikeliest: boolean, mixture: Mixture, votes: Votes, { last, word, told }: TextEnd): number {
    const { logits, logPartition, entropyNats, logLikelihoods, idOffset } = mixture;
    const count = votes.counts[byte] as number;
    const x = this.#features;
    x[0] = ((logits[byte + idOffset] as number) - logPartition) / 3;
    x[1] = Math.log((votes.weights[byte] as number) + 1e-4) / 3;
    x[2] = Math.log(Math.exp(logLikelihoods[byte + idOffset] as number) + 1e-6) / 3;
    x[3] = entropyNats;
    x[4] = Math.log(votes.sum + 1e-3) / 3;
    x[5] = Math.log(1 + count) / 2;
    x[6] = (votes.runs[byte] as number) / 16;
    x[7] = (votes.scores[byte] as number) / 16;
    x[8] = votes.wholes[byte] as number;
    x[9] = Math.log(1 + (count > 0 ? (votes.distances[byte] as number) : far)) / 5;
    x[10] = votes.mostRun / 16;
    x[11] = isLikeliest ? 1 : 0;
    x[12] = Math.min(word, 8) / 8;
    x[13] = Math.min(told, 16) / 8;
    x[14] = count === 0 ? 1 : 0;
    describe(byte, x, 15);
    describe(last, x, 19);
    return this.#output(x);
  }

  #output(x: Float64Array): number {
    const { hiddenBiases, outputWeights, outputBias } = this.weights;
    const units = this.#units;
    units.set(hiddenBiases);
    for (let i = 0; i < mixerFeatures; i++) {
      const feature = x[i] as number;
      // Half of them are 0.
      if (feature === 0) continue;
      const at = i * units.length;
      for (let unit = 0; unit < units.length; unit++) {
        units[unit] = (units[unit] as number) + feature * (this.#hidden[at + unit] as number);
      }
    }
    let output = outputBias;
    for (let unit = 0; unit < units.length; unit++) {
      const sum = units[unit] as number;
      output += ((outputWeights[unit] as number) * sum) / (1 + Math.exp(-sum));
    }
    return output;
  }
}

/** Whether a byte ends a line, is blank, a digit, or another part of a word: four numbers from `at` on. */
function describe(byte: number, x: Float64Array, at: number): void {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  x[at] = byte === 0x0a ? 1 : 0;
  x[at + 1] = byte === 0x20 || byte === 0x09 ? 1 : 0;
  x[at + 2] = isDigit ? 1 : 0;
  x[at + 3] = isWordByte(byte) && !isDigit ? 1 : 0;
}
