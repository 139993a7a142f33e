/**
 * What the model itself predicts for the bytes of a document, as if it completed there: in stretches of half its context,
 * each read afresh from the start of the one before it, so that a part is measured like the whole. The latest states are kept,
 * and after an edit only what stands behind it is read again.
 */

import type { Measurement } from '../core/engine';
import { stretchBytes } from '../core/measuring';
import { startsPatch } from '../core/patcher';
import { measureHeader } from '../core/prompt';
import { emptyState } from './architectures';
import { BltState } from './bltState';
import { chunkBytes, type ByteState } from './byteState';
import { isBlt, type Graphs } from './model';
import { writePrediction, type Writable } from './predictions';

/** Memory for the states that are kept: the stretches that a screen shows. */
const keptBytes = 48e6;

export class OwnPredictions {
  /** The latest first. One that is in use is not in here. */
  #kept: ByteState[] = [];

  constructor(private readonly graphs: Graphs) {}

  /** Writes what the model predicts for the bytes from `start` up to `end` of `text`, whose first byte begins a stretch. */
  async measure(
    text: Uint8Array,
    start: number,
    end: number,
    out: Writable<Measurement>,
    pause: (done: number) => Promise<void>,
  ): Promise<void> {
    const { manifest } = this.graphs;
    const header = measureHeader(manifest);
    const half = stretchBytes(manifest);
    for (let stretch = start - (start % half); stretch < end; stretch += half) {
      const from = Math.max(0, stretch - half);
      const to = Math.min(end, stretch + half);
      const ids = Uint16Array.from([...header, ...text.subarray(from, to)], (id, i) =>
        i < header.length ? id : id + manifest.idOffset,
      );
      // The first id whose prediction is wanted; it is made one position before it.
      const first = Math.max(start, stretch) - from + header.length;
      const state = this.#take(ids, first - 1);
      try {
        // The last byte is predicted, and not read.
        for (let at = state.length; at < ids.length - 1; at += chunkBytes) {
          await pause(Math.max(0, from + at - header.length - start));
          const rows = Math.min(chunkBytes, ids.length - 1 - at);
          const logits = state.feedChunk(ids.subarray(at, at + rows));
          out.evaluatedBytes += rows;
          for (let position = Math.max(first, at + 1); position <= at + rows; position++) {
            const i = from + position - header.length - start;
            writePrediction(out, i, logits, position - at - 1, ids[position] as number, manifest);
            out.patchStart[i] = this.#startsPatch(state, position) ? 1 : 0;
          }
        }
      } finally {
        this.#keep(state);
      }
    }
  }

  #startsPatch(state: ByteState, position: number): boolean {
    if (isBlt(this.graphs) && state instanceof BltState) {
      const nats = state.entropies[position - 1] as number;
      return startsPatch(position, nats, this.graphs.manifest.patching.thresholdNats);
    }
    const { patching } = this.graphs.manifest;
    return 'bytes' in patching && position % patching.bytes === 0;
  }

  /** The state that has most of the ids before `first`, cut to those. */
  #take(ids: Uint16Array, first: number): ByteState {
    let best = -1;
    let most = measureHeader(this.graphs.manifest).length;
    this.#kept.forEach((state, i) => {
      const common = Math.min(first, state.commonPrefix(ids));
      if (common > most) [best, most] = [i, common];
    });
    const state = best < 0 ? emptyState(this.graphs) : (this.#kept.splice(best, 1)[0] as ByteState);
    state.truncate(best < 0 ? 0 : most);
    return state;
  }

  #keep(state: ByteState): void {
    this.#kept.unshift(state);
    while (this.#kept.length > 1 && this.#kept.reduce((sum, { bytes }) => sum + bytes, 0) > keptBytes) this.#kept.pop();
  }
}
