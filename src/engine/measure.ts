/** Entropies of a range of a document, by the entropy model alone if there is one. Keeps nothing between requests. */

import { candidatesPerByte, EngineError, type MeasureRequest, type Measurement } from '../core/engine';
import { endsCrLf, withLineFeedsOnly } from '../core/lineEnds';
import { thresholdNats, type BltManifest, type Manifest, type MegabyteManifest } from '../core/manifest';
import { startsPatch, uncertainty, writeCandidates } from '../core/patcher';
import { measureHeader } from '../core/prompt';
import { chunkBytes } from './byteState';
import { MegabyteState } from './megabyteState';
import { isBlt, type Graphs } from './model';
import { floats, Stack } from './stack';
import { turn, type Wanted } from './turn';

/**
 * A document is measured in stretches of so many ids, each with positions of its own: rotary angles are float32, and at
 * large positions they are rough. The stretches lie on a grid, so that a part is measured like the whole.
 */
const stretchIds = 8192;
/** Without a window the cost grows with the square of the length, so there is a limit. */
const mostWithoutWindow = 8192;

export interface MeasureSteps {
  /** Called before each step; it may wait, or throw to give up. */
  readonly pause?: (wanted: Wanted) => Promise<void>;
  /** Hears how many bytes of the range are done. */
  readonly onProgress?: (bytes: number) => void;
}

/** Steps between two reports. */
const stepsPerReport = 64;

/**
 * A CRLF is measured as one LF: both its bytes get the
 * numbers of that LF, and a patch that starts there starts at the CR.
 */
export async function measure(
  graphs: Graphs,
  { text, start, end }: MeasureRequest,
  wanted: Wanted,
  steps: MeasureSteps = {},
): Promise<Measurement> {
  const { bytes, placeOf } = withLineFeedsOnly(text);
  const from = Math.max(0, Math.min(start, text.length));
  const to = Math.max(from, Math.min(end, text.length));
  const first = placeOf[from] ?? bytes.length;
  const last = to > from ? (placeOf[to - 1] as number) + 1 : first;
  const measured = isBlt(graphs)
    ? await measureLineFeeds(graphs, bytes, first, last, wanted, steps)
    : await measureMegabyte(graphs as Graphs<MegabyteManifest>, bytes, first, last, wanted, steps);
  if (bytes.length === text.length) return measured;
  const out = emptyMeasurement(from, to - from, graphs.manifest);
  for (let i = 0; i < to - from; i++) {
    const j = (placeOf[from + i] as number) - first;
    out.entropyNats[i] = measured.entropyNats[j] as number;
    out.surprisalNats[i] = measured.surprisalNats[j] as number;
    out.patchStart[i] = endsCrLf(text, from + i) ? 0 : (measured.patchStart[j] as number);
    for (const name of ['candidateBytes', 'candidateProbabilities'] as const) {
      const candidates = measured[name].subarray(j * candidatesPerByte, (j + 1) * candidatesPerByte);
      out[name].set(candidates, i * candidatesPerByte);
    }
  }
  return out;
}

async function measureLineFeeds(
  { manifest, sessions, runtime }: Graphs<BltManifest>,
  text: Uint8Array,
  from: number,
  to: number,
  wanted: Wanted,
  { pause = turn, onProgress }: MeasureSteps,
): Promise<Measurement> {
  const shape = manifest.stacks.entropy;
  const ids = documentIds(manifest, text);
  const headerLength = ids.length - text.length;
  if (shape.window === null && to > mostWithoutWindow) {
    throw new EngineError(
      `The entropy model of ${manifest.name} has no window, so only the first ${mostWithoutWindow} bytes of a file can be measured.`,
      'user',
    );
  }
  const out = emptyMeasurement(from, to - from, manifest);
  /** Predictions that are made so many ids after a fresh start have seen all that they can see. */
  const behind = shape.window === null ? Infinity : shape.layers * (shape.window - 1);
  // The prediction for the byte at a position is made at the position before it.
  const end = to + headerLength - 1;
  let first = from + headerLength - 1;
  let steps = 0;
  while (first < end) {
    const stretch = shape.window === null ? 0 : first - (first % stretchIds);
    const stretchEnd = shape.window === null ? end : Math.min(end, stretch + stretchIds);
    const start = Math.max(0, first - behind);
    const firstPosition = start - Math.max(0, stretch - behind);
    const stack = new Stack(runtime, sessions.entropy, shape, { firstPosition, rewinds: false });
    for (let at = start; at < stretchEnd; at += chunkBytes) {
      await pause(wanted);
      const rows = Math.min(chunkBytes, stretchEnd - at);
      const chunk = BigInt64Array.from(ids.subarray(at, at + rows), BigInt);
      const logits = floats(stack.run(rows, { ids: new runtime.Tensor('int64', chunk, [rows]) }), 'logits');
      for (let row = Math.max(0, first - at); row < rows; row++) {
        const i = at + row + 1 - headerLength - from;
        writePrediction(out, i, logits, row, ids[at + row + 1] as number, manifest);
        const starts = startsPatch(at + row + 1, out.entropyNats[i] as number, manifest.patching.thresholdNats);
        out.patchStart[i] = starts ? 1 : 0;
      }
      if (++steps % stepsPerReport === 0) onProgress?.(Math.max(0, at + rows + 1 - headerLength - from));
    }
    first = stretchEnd;
  }
  return out;
}

/**
 * By the predictions of the model itself. It has no window, so a document is measured in stretches of half its context, each
 * read afresh from half a context before it: like that, a part is measured like the whole.
 */
async function measureMegabyte(
  graphs: Graphs<MegabyteManifest>,
  text: Uint8Array,
  from: number,
  to: number,
  wanted: Wanted,
  { pause = turn, onProgress }: MeasureSteps,
): Promise<Measurement> {
  const { manifest } = graphs;
  const { patching, context } = manifest;
  const headerLength = measureHeader(manifest).length;
  const half = patching.bytes * Math.floor((context.maxBytes - headerLength) / 2 / patching.bytes);
  const out = emptyMeasurement(from, to - from, manifest);
  for (let stretch = from - (from % half); stretch < to; stretch += half) {
    const start = Math.max(0, stretch - half);
    const end = Math.min(to, stretch + half);
    const ids = documentIds(manifest, text.subarray(start, end));
    const state = new MegabyteState(graphs);
    // The last byte is predicted, and not read.
    for (let at = 0; at < ids.length - 1; at += chunkBytes) {
      await pause(wanted);
      const rows = Math.min(chunkBytes, ids.length - 1 - at);
      const logits = state.feedChunk(ids.subarray(at, at + rows));
      for (let row = 0; row < rows; row++) {
        const position = at + row + 1;
        const i = start + position - headerLength - from;
        if (start + position - headerLength < Math.max(from, stretch)) continue;
        writePrediction(out, i, logits, row, ids[position] as number, manifest);
        out.patchStart[i] = position % patching.bytes === 0 ? 1 : 0;
      }
    }
    onProgress?.(end - from);
  }
  return out;
}

/** The whole document in the byte format. */
function documentIds(manifest: Manifest, text: Uint8Array): Uint16Array {
  const header = measureHeader(manifest);
  const ids = new Uint16Array(header.length + text.length);
  ids.set(header);
  for (let i = 0; i < text.length; i++) ids[header.length + i] = (text[i] as number) + manifest.idOffset;
  return ids;
}

function emptyMeasurement(start: number, count: number, manifest: Manifest): Measurement {
  return {
    start: start as Measurement['start'],
    entropyNats: new Float32Array(count),
    surprisalNats: new Float32Array(count),
    patchStart: new Uint8Array(count),
    candidateBytes: new Uint8Array(count * candidatesPerByte),
    candidateProbabilities: new Float32Array(count * candidatesPerByte),
    thresholdNats: thresholdNats(manifest),
  };
}

/** Writes entry `i`: what row `row` of `logits` says of the id that stands there. */
function writePrediction(
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
  const { candidateBytes, candidateProbabilities } = out;
  writeCandidates(
    prediction,
    idOffset,
    candidatesPerByte,
    candidateBytes,
    candidateProbabilities,
    i * candidatesPerByte,
    logPartition,
  );
}
