/** Entropies of a range of a document, by the entropy model alone. Keeps nothing between requests. */

import { candidatesPerByte, EngineError, type MeasureRequest, type Measurement } from '../core/engine';
import { entropyNats, logPartition, startsPatch, writeCandidates } from '../core/patcher';
import { measureHeader } from '../core/prompt';
import { chunkBytes } from './bltState';
import type { Graphs } from './model';
import { floats, Stack } from './stack';
import { turn, type Wanted } from './turn';

/** Ids after which the model starts anew, in sight of all that it can see: float32 positions must stay small. */
const stretchIds = 16_384;
/** Without a window the cost grows with the square of the length, so there is a limit. */
const mostWithoutWindow = 32_768;

/** `pause` is called before each step; it may wait, or throw to give up. */
export async function measure(
  { manifest, sessions, runtime }: Graphs,
  request: MeasureRequest,
  wanted: Wanted,
  pause: (wanted: Wanted) => Promise<void> = turn,
): Promise<Measurement> {
  const { vocabulary, idOffset, patching } = manifest;
  const { text } = request;
  const shape = manifest.stacks.entropy;
  const header = measureHeader(manifest);
  const from = Math.max(0, Math.min(request.start, text.length));
  const to = Math.max(from, Math.min(request.end, text.length));
  const count = to - from;
  const out = {
    start: from as Measurement['start'],
    entropyNats: new Float32Array(count),
    surprisalNats: new Float32Array(count),
    patchStart: new Uint8Array(count),
    candidateBytes: new Uint8Array(count * candidatesPerByte),
    candidateProbabilities: new Float32Array(count * candidatesPerByte),
    thresholdNats: patching.thresholdNats,
  };
  if (shape.window === null && to > mostWithoutWindow) {
    throw new EngineError(
      `The entropy model of ${manifest.name} has no window, so only the first ${mostWithoutWindow} bytes of a file can be measured.`,
      'user',
    );
  }
  const idAt = (position: number) => header[position] ?? (text[position - header.length] as number) + idOffset;
  /** Predictions that are exact `behind` ids after a fresh start are exact from there on. */
  const behind = shape.window === null ? Infinity : shape.layers * (shape.window - 1);
  // The prediction for the byte at a position is made at the position before it.
  const end = to + header.length - 1;
  for (let stretch = from + header.length - 1; stretch < end; stretch += stretchIds) {
    const stretchEnd = shape.window === null ? end : Math.min(end, stretch + stretchIds);
    const stack = new Stack(runtime, sessions.entropy, shape, false);
    for (let at = Math.max(0, stretch - behind); at < stretchEnd; at += chunkBytes) {
      await pause(wanted);
      const rows = Math.min(chunkBytes, stretchEnd - at);
      const ids = BigInt64Array.from({ length: rows }, (_, row) => BigInt(idAt(at + row)));
      const logits = floats(stack.run(rows, { ids: new runtime.Tensor('int64', ids, [rows]) }), 'logits');
      for (let row = Math.max(0, stretch - at); row < rows; row++) {
        const next = at + row + 1;
        const i = next - header.length - from;
        const prediction = { logits, at: row * vocabulary, vocabulary };
        const entropy = entropyNats(prediction);
        out.entropyNats[i] = entropy;
        out.surprisalNats[i] = logPartition(prediction) - (logits[prediction.at + idAt(next)] as number);
        out.patchStart[i] = startsPatch(next, Math.fround(entropy), patching.thresholdNats) ? 1 : 0;
        const first = i * candidatesPerByte;
        writeCandidates(prediction, idOffset, candidatesPerByte, out.candidateBytes, out.candidateProbabilities, first);
      }
    }
    if (shape.window === null) break;
  }
  return out;
}
