/** What a prediction says: entropy, surprisal, candidates; and where patches start. Logits in, nats out. */

/** A prediction: logits [vocabulary] that start at `at` in a larger array. */
export interface Prediction {
  readonly logits: Float32Array;
  readonly at: number;
  readonly vocabulary: number;
}

/** ln Σ exp(logit), safe against overflow; −(logit − this) is a surprisal in nats. */
export function logPartition(prediction: Prediction): number {
  return uncertainty(prediction).logPartition;
}

/** ln p of each id, from logits [vocabulary]. */
export function normalised(logits: Float32Array): Float32Array {
  const partition = logPartition({ logits, at: 0, vocabulary: logits.length });
  return logits.map((logit) => logit - partition);
}

/** Shannon entropy in nats over the whole vocabulary. */
export function entropyNats(prediction: Prediction): number {
  return uncertainty(prediction).entropyNats;
}

/** Both at once: the exponentials are what takes the time. */
export function uncertainty({ logits, at, vocabulary }: Prediction): { logPartition: number; entropyNats: number } {
  const largest = maximum(logits, at, vocabulary);
  let sum = 0;
  let weighted = 0;
  for (let i = at; i < at + vocabulary; i++) {
    const below = largest - (logits[i] as number);
    if (below >= deepest) continue;
    const weight = fall(below);
    sum += weight;
    weighted += weight * below;
  }
  const logSum = Math.log(sum);
  // A prediction that is certain may come out a rounding error below zero.
  return { logPartition: largest + logSum, entropyNats: Math.max(0, logSum + weighted / sum) };
}

/** What is e^40 times less likely than the best changes no digit of a float32. */
const deepest = 40;
const steps = 64;
const fallOfSteps = Float64Array.from({ length: steps * deepest }, (_, i) => Math.exp(-i / steps));

/** exp(−x) for 0 ≤ x < `deepest`, to 11 digits, in less than half the time of `Math.exp`: from a table and a short series. */
function fall(x: number): number {
  const step = (x * steps) | 0;
  const rest = step / steps - x;
  return (fallOfSteps[step] as number) * (1 + rest * (1 + rest * (1 / 2 + rest * (1 / 6 + rest / 24))));
}

function maximum(logits: Float32Array, at: number, count: number): number {
  let largest = -Infinity;
  for (let i = at; i < at + count; i++) if ((logits[i] as number) > largest) largest = logits[i] as number;
  return largest;
}

/**
 * Writes the most likely bytes, most likely first, and their probabilities to `bytes` and `probabilities` from `outAt` on.
 * All 256 values compete, sentinels too; equals keep the order of their values.
 */
export function writeCandidates(
  prediction: Prediction,
  idOffset: number,
  count: number,
  bytes: Uint8Array,
  probabilities: Float32Array,
  outAt: number,
  partition = logPartition(prediction),
): void {
  const { logits, at } = prediction;
  const first = at + idOffset;
  let found = 0;
  for (let byte = 0; byte < 256; byte++) {
    const logit = logits[first + byte] as number;
    let rank = found;
    while (rank > 0 && logit > (logits[first + (bytes[outAt + rank - 1] as number)] as number)) rank--;
    if (rank >= count) continue;
    found = Math.min(found + 1, count);
    bytes.copyWithin(outAt + rank + 1, outAt + rank, outAt + found - 1);
    bytes[outAt + rank] = byte;
  }
  for (let i = outAt; i < outAt + count; i++) {
    probabilities[i] = Math.exp((logits[first + (bytes[i] as number)] as number) - partition);
  }
}

/** How many of the 256 byte values are more likely than the one whose id this is. */
export function rankOf({ logits, at }: Prediction, id: number, idOffset: number): number {
  const own = logits[at + id] as number;
  let rank = 0;
  for (let i = at + idOffset; i < at + idOffset + 256; i++) if ((logits[i] as number) > own) rank++;
  return rank;
}

/**
 * Whether the byte at `position` starts a patch; `entropyBefore`, in nats, is that of the prediction for this byte.
 * BOS, at position 0, is a patch of its own.
 */
export function startsPatch(position: number, entropyBefore: number, thresholdNats: number): boolean {
  return position <= 1 || entropyBefore > thresholdNats;
}
