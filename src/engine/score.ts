/** How likely given texts are after a prompt: they are read through the same caches, and mixed with copying, as a completion. */

import * as l10n from '@vscode/l10n';
import { EngineError, type ScoreRequest, type ScoreResult } from '../core/engine';
import type { Manifest } from '../core/manifest';
import { normalised } from '../core/patcher';
import { completePrompt } from '../core/prompt';
import { chunkBytes, type ByteState } from './byteState';
import { copySource } from './generate';
import { turn, type Wanted } from './turn';

/** What is asked of a model here: logits [ids, vocabulary] after each id, and to forget. */
export type ScoringModel = Pick<ByteState, 'commonPrefix' | 'truncate' | 'feedChunk' | 'read'>;

/**
 * Probabilities are of all ids, as in a completion. The prompt is read once; after each target the state goes back to its end.
 * The last byte of a target is not read: nothing follows it. What is read of the last target stays in the caches.
 */
export async function score(
  manifest: Manifest,
  state: ScoringModel,
  request: ScoreRequest,
  wanted: Wanted,
): Promise<ScoreResult> {
  const started = performance.now();
  const prompt = completePrompt(request, manifest);
  const room = manifest.context.maxBytes - prompt.length;
  const longest = Math.max(0, ...request.targets.map((target) => target.length));
  if (longest > room) {
    throw new EngineError(l10n.t('A target has {0} bytes, but after this prompt only {1} fit.', longest, room), 'user');
  }
  // The last byte of the prompt is always read again: its logits were not kept.
  const reusedBytes = Math.min(state.commonPrefix(prompt), prompt.length - 1);
  state.truncate(reusedBytes);
  const afterPrompt = await state.read(prompt.subarray(reusedBytes), () => turn(wanted));
  const bits: Float32Array[] = [];
  for (const target of request.targets) {
    state.truncate(prompt.length);
    bits.push(await scoreOne(manifest, state, { ...request, target }, afterPrompt, wanted));
  }
  return { bits, reusedBytes, ms: performance.now() - started };
}

/** −log2 p of each byte of the target, after the prompt that the state has read; `afterPrompt` are the logits there. */
async function scoreOne(
  manifest: Manifest,
  state: ScoringModel,
  request: ScoreRequest & { readonly target: Uint8Array },
  afterPrompt: Float32Array,
  wanted: Wanted,
): Promise<Float32Array> {
  const { idOffset, vocabulary } = manifest;
  const { target } = request;
  const source = copySource(request, manifest);
  const bits = new Float32Array(target.length);
  const take = (i: number, logits: Float32Array) => {
    const logLikelihoods = source?.mixed(logits, idOffset) ?? normalised(logits);
    bits[i] = -(logLikelihoods[(target[i] as number) + idOffset] as number) / Math.LN2;
    source?.follow(target[i] as number);
  };
  if (target.length > 0) take(0, afterPrompt);
  const read = Uint16Array.from(target.subarray(0, -1), (byte) => byte + idOffset);
  for (let at = 0; at < read.length; at += chunkBytes) {
    await turn(wanted);
    const chunk = read.subarray(at, at + chunkBytes);
    const logits = state.feedChunk(chunk);
    chunk.forEach((_, row) => {
      take(at + row + 1, logits.subarray(row * vocabulary, (row + 1) * vocabulary));
    });
  }
  return bits;
}
