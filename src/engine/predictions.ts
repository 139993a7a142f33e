/** The numbers of a measurement, from logits. */

import { candidatesPerByte, type Measurement } from '../core/engine';
import { thresholdNats, type Manifest } from '../core/manifest';
import { rankOf, uncertainty, writeCandidates } from '../core/patcher';

export type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

export function emptyMeasurement(
  start: number,
  count: number,
  manifest: Manifest,
  candidates: boolean,
): Writable<Measurement> {
  const candidateCount = candidates ? count * candidatesPerByte : 0;
  return {
    start: start as Measurement['start'],
    entropyNats: new Float32Array(count),
    surprisalNats: new Float32Array(count),
    ranks: new Uint8Array(count),
    patchStart: new Uint8Array(count),
    candidateBytes: new Uint8Array(candidateCount),
    candidateProbabilities: new Float32Array(candidateCount),
    thresholdNats: thresholdNats(manifest),
    evaluatedBytes: 0,
  };
}

/** Writes entry `i`: what row `row` of `logits` says of the id that stands there. */
export function writePrediction(
  out: Measurement,
  i: number,
  logits: Float32Array,
  row: number,
  id: number,
  { vocabulary, idOffset }: Manifest,
): void {
  const prediction = { logits, at: row * vocabulary, vocabulary };
  const { entropyNats, logPartition } = uncertainty(prediction);
  out.entropyNats[i] = entropyNats;
  out.surprisalNats[i] = logPartition - (logits[prediction.at + id] as number);
  out.ranks[i] = rankOf(prediction, id, idOffset);
  const { candidateBytes, candidateProbabilities } = out;
  if (candidateBytes.length === 0) return;
  const at = i * candidatesPerByte;
  writeCandidates(prediction, idOffset, candidatesPerByte, candidateBytes, candidateProbabilities, at, logPartition);
}
