/** Entropies of a range of a document. Line ends are read as LF, and a byte order mark is not read, as in an editor. */

import { candidatesPerByte, EngineError, type MeasureRequest, type Measurement } from '../core/engine';
import { byteOrderMarkLength, endsCrLf, withLineFeedsOnly } from '../core/lineEnds';
import type { Manifest } from '../core/manifest';
import { entropyReach } from '../core/measuring';
import { measureHeader } from '../core/prompt';
import { EntropyReads } from './entropyReads';
import { isBlt, type Graphs } from './model';
import { OwnPredictions } from './ownPredictions';
import { emptyMeasurement, type Writable } from './predictions';
import { turn, type Wanted } from './turn';

export interface MeasureSteps {
  /** Called before each step; it may wait, or throw to give up. */
  readonly pause?: (wanted: Wanted) => Promise<void>;
  /** Hears how many bytes of the range are done. */
  readonly onProgress?: (bytes: number) => void;
}

/** Steps between two reports. */
const stepsPerReport = 64;

/** Measures, and keeps what it read, so that the same text with an edit costs little. */
export class Measuring {
  readonly #entropies: EntropyReads | undefined;
  readonly #own: OwnPredictions;

  constructor(private readonly graphs: Graphs) {
    this.#entropies = isBlt(graphs) ? new EntropyReads(graphs) : undefined;
    this.#own = new OwnPredictions(graphs);
  }

  /**
   * A CRLF is measured as one LF: both its bytes get the numbers of that LF, and a patch that starts there starts at the
   * CR. The bytes of a byte order mark get zeros.
   */
  async measure(request: MeasureRequest, wanted: Wanted, steps: MeasureSteps = {}): Promise<Measurement> {
    const { text, candidates = true } = request;
    const from = Math.max(0, Math.min(request.start, text.length));
    const to = Math.max(from, Math.min(request.end, text.length));
    const mark = request.isPart ? 0 : byteOrderMarkLength(text);
    const { bytes, placeOf } = withLineFeedsOnly(text.subarray(mark));
    const place = (byte: number) => placeOf[byte - mark] ?? bytes.length;
    const first = place(Math.max(from, mark));
    const last = to > Math.max(from, mark) ? place(to - 1) + 1 : first;
    const measured = await this.#measureLineFeeds(request, bytes, first, last, wanted, steps);
    if (bytes.length === text.length) return measured;
    const out = emptyMeasurement(from, to - from, this.graphs.manifest, candidates);
    out.evaluatedBytes = measured.evaluatedBytes;
    for (let byte = Math.max(from, mark); byte < to; byte++) copyEntry(measured, place(byte) - first, out, byte - from);
    for (let byte = from; byte < to; byte++) if (endsCrLf(text, byte)) out.patchStart[byte - from] = 0;
    return out;
  }

  async #measureLineFeeds(
    { isPart = false, predictor = 'entropy-model', candidates = true }: MeasureRequest,
    text: Uint8Array,
    from: number,
    to: number,
    wanted: Wanted,
    { pause = turn, onProgress }: MeasureSteps,
  ): Promise<Measurement> {
    const { manifest } = this.graphs;
    const out = emptyMeasurement(from, to - from, manifest, candidates);
    if (to === from) return out;
    let step = 0;
    const stepPause = async (done: number) => {
      if (++step % stepsPerReport === 0) onProgress?.(done);
      await pause(wanted);
    };
    if (predictor === 'model' || !this.#entropies) {
      await this.#own.measure(text, from, to, out, stepPause);
    } else {
      const reach = entropyReach(manifest);
      if (isPart && (reach === null || from < reach)) {
        throw new EngineError(
          `A part of a document must begin ${reach ?? 'at its start, not'} bytes before the range.`,
        );
      }
      const ids = documentIds(manifest, text.subarray(0, to), isPart);
      const header = ids.length - to;
      await this.#entropies.measure(ids, from + header, to + header, out, stepPause);
    }
    return out;
  }
}

/** Measures without knowing anything of an earlier request. */
export const measure = (
  graphs: Graphs,
  request: MeasureRequest,
  wanted: Wanted,
  steps: MeasureSteps = {},
): Promise<Measurement> => new Measuring(graphs).measure(request, wanted, steps);

function copyEntry(from: Measurement, i: number, to: Writable<Measurement>, j: number): void {
  for (const name of ['entropyNats', 'surprisalNats', 'ranks', 'patchStart'] as const)
    to[name][j] = from[name][i] as number;
  if (to.candidateBytes.length === 0) return;
  for (const name of ['candidateBytes', 'candidateProbabilities'] as const) {
    to[name].set(from[name].subarray(i * candidatesPerByte, (i + 1) * candidatesPerByte), j * candidatesPerByte);
  }
}

/** A document in the byte format; a part of one has no header. */
function documentIds(manifest: Manifest, text: Uint8Array, isPart: boolean): Uint16Array {
  const header = isPart ? [] : measureHeader(manifest);
  const ids = new Uint16Array(header.length + text.length);
  ids.set(header);
  for (let i = 0; i < text.length; i++) ids[header.length + i] = (text[i] as number) + manifest.idOffset;
  return ids;
}
