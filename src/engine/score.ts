/** How likely a given text is after a prompt: it is read through the same caches, and mixed with copying, as a completion. */

import { EngineError, type ScoreRequest, type ScoreResult } from '../core/engine';
import type { Manifest } from '../core/manifest';
import { completePrompt } from '../core/prompt';
import { chunkBytes, type ByteState } from './byteState';
import { copySource, normalised } from './generate';
import { turn, type Wanted } from './turn';

/** What is asked of a model here: logits [ids, vocabulary] after each id, and to forget. */
export type ScoringModel = Pick<ByteState, 'commonPrefix' | 'truncate' | 'feedChunk'>;

/** Probabilities are of all ids, as in a completion. The last byte of the target is not read: nothing follows it. */
export async function score(
  manifest: Manifest,
  state: ScoringModel,
  request: ScoreRequest,
  wanted: Wanted,
): Promise<ScoreResult> {
  const started = performance.now();
  const { idOffset, vocabulary, context } = manifest;
  const prompt = completePrompt(request, manifest);
  const target = Uint16Array.from(request.target, (byte) => byte + idOffset);
  const room = context.maxBytes - prompt.length;
  if (target.length > room) {
    throw new EngineError(`The target has ${target.length} bytes, but after this prompt only ${room} fit.`, 'user');
  }
  const ids = new Uint16Array(prompt.length + Math.max(0, target.length - 1));
  ids.set(prompt);
  ids.set(target.subarray(0, -1), prompt.length);
  // The last byte of the prompt is always read again: its logits were not kept.
  const reusedBytes = Math.min(state.commonPrefix(prompt), prompt.length - 1);
  state.truncate(reusedBytes);
  const source = copySource(request, manifest);
  const bits = new Float32Array(target.length);
  for (let at = reusedBytes; at < ids.length; at += chunkBytes) {
    await turn(wanted);
    const chunk = ids.subarray(at, at + chunkBytes);
    const logits = state.feedChunk(chunk);
    for (let row = Math.max(0, prompt.length - 1 - at); row < chunk.length; row++) {
      const i = at + row + 1 - prompt.length;
      if (i >= target.length) break;
      const ofByte = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
      const logLikelihoods = source?.mixed(ofByte, idOffset) ?? normalised(ofByte);
      bits[i] = -(logLikelihoods[target[i] as number] as number) / Math.LN2;
      source?.follow(request.target[i] as number);
    }
  }
  return { bits, reusedBytes, ms: performance.now() - started };
}
