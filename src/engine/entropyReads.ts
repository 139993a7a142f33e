/**
 * Entropies by the entropy model alone. What it read last is kept: when a text comes again with an edit, only what stands
 * behind the edit is read. With a window a prediction depends on `entropyReach` bytes at most, so a fresh read begins there.
 */

import * as l10n from '@vscode/l10n';
import { EngineError, type Measurement } from '../core/engine';
import type { BltManifest } from '../core/manifest';
import { entropyReach } from '../core/measuring';
import { startsPatch } from '../core/patcher';
import type { Graphs } from './model';
import { writePrediction, type Writable } from './predictions';
import { floats, Stack } from './stack';

/**
 * Longer texts are read in stretches, each with positions of its own, counted from its middle: rotary angles are float32, and
 * far from 0 they are rough. The middles lie on a grid that begins with the text, so that a part is measured like the whole.
 * A text that ends before the first stretch does is kept.
 */
const halfStretchIds = 8192;
/**
 * Ids per run. Of each row's scores those of the window count, and a run has as many more columns as it has rows; with 64 rows
 * a byte takes 0.92 times as long as with 128, with 32 longer again.
 */
const chunkIds = 64;
/** Memory for the caches of what is kept: what a screen shows of two or three documents. */
const keptBytes = 24e6;
/** Without a window the cost grows with the square of the length, so there is a limit. */
const mostWithoutWindow = 8192;

/** A text that was read from its id `from` on; `ids` are those that the stack has seen. */
interface Read {
  readonly from: number;
  readonly ids: Uint16Array;
  readonly stack: Stack;
}

export class EntropyReads {
  /** The latest first. One that is in use is not in here. */
  #kept: Read[] = [];

  constructor(private readonly graphs: Graphs<BltManifest>) {}

  /**
   * Writes what the model predicts for the ids from `start` up to `end` to entry 0 and following of `out`. `ids` begin with
   * the header of the document, or inside of it. `pause` is called before each step, with the ids that are done.
   */
  async measure(
    ids: Uint16Array,
    start: number,
    end: number,
    out: Writable<Measurement>,
    pause: (done: number) => Promise<void>,
  ): Promise<void> {
    const { manifest } = this.graphs;
    const reach = entropyReach(manifest);
    if (reach === null && end > mostWithoutWindow) {
      throw new EngineError(
        l10n.t(
          'The entropy model of {0} has no window, so only the first {1} bytes of a file can be measured.',
          manifest.name,
          mostWithoutWindow,
        ),
        'user',
      );
    }
    // The prediction for an id is made at the position before it.
    const last = end - 1;
    for (let first = start - 1; first < last;) {
      const middle = reach === null ? 0 : 2 * halfStretchIds * Math.round(first / (2 * halfStretchIds));
      const stretchEnd = reach === null ? last : Math.min(last, middle + halfStretchIds);
      const read = this.#take(ids, first, middle, last, reach ?? Infinity);
      try {
        for (let at = read.from + read.stack.length; at < stretchEnd; at += chunkIds) {
          await pause(Math.max(0, at - start));
          const rows = Math.min(chunkIds, stretchEnd - at);
          const logits = this.#run(read, ids.subarray(at, at + rows));
          out.evaluatedBytes += rows;
          for (let row = Math.max(0, first - at); row < rows; row++) {
            this.#write(out, ids, at + row + 1, start, logits, row);
          }
        }
      } finally {
        this.#keep(read);
      }
      first = stretchEnd;
    }
  }

  /** A read that goes on at or before `first`: the longest one that is kept, or a new one. */
  #take(ids: Uint16Array, first: number, middle: number, last: number, reach: number): Read {
    const behind = reach - 1;
    const freshStart = Math.max(0, first - behind);
    const keeps = last <= halfStretchIds || reach === Infinity;
    let best = -1;
    let reused = freshStart;
    this.#kept.forEach((read, i) => {
      // What a read made of its first ids knows too little of what stands before them.
      if (!keeps || read.from > freshStart) return;
      const common = Math.min(first, read.from + commonPrefix(read, ids));
      if (common > reused) [best, reused] = [i, common];
    });
    if (best >= 0) {
      const { from, ids: seen, stack } = this.#kept.splice(best, 1)[0] as Read;
      stack.truncate(reused - from);
      return { from, ids: roomFor(seen, last - from), stack };
    }
    const { runtime, sessions, manifest } = this.graphs;
    const use = { firstPosition: freshStart - middle, rewinds: keeps };
    const stack = new Stack(runtime, sessions.entropy, manifest.stacks.entropy, use);
    return { from: freshStart, ids: new Uint16Array(keeps ? last - freshStart : 0), stack };
  }

  #run({ stack, ids }: Read, chunk: Uint16Array): Float32Array {
    const { Tensor } = this.graphs.runtime;
    if (ids.length > 0) ids.set(chunk, stack.length);
    const tensor = new Tensor('int64', BigInt64Array.from(chunk, BigInt), [chunk.length]);
    return floats(stack.run(chunk.length, { ids: tensor }), 'logits');
  }

  #write(out: Measurement, ids: Uint16Array, position: number, start: number, logits: Float32Array, row: number): void {
    const { manifest } = this.graphs;
    const i = position - start;
    writePrediction(out, i, logits, row, ids[position] as number, manifest);
    const starts = startsPatch(position, out.entropyNats[i] as number, manifest.patching.thresholdNats);
    out.patchStart[i] = starts ? 1 : 0;
  }

  #keep(read: Read): void {
    if (read.ids.length === 0) return;
    this.#kept.unshift(read);
    while (this.#kept.length > 1 && this.#kept.reduce((sum, { stack }) => sum + stack.bytes, 0) > keptBytes) {
      this.#kept.pop();
    }
  }
}

/** How many ids of a read stand in a text at the same places. */
function commonPrefix({ from, ids, stack }: Read, text: Uint16Array): number {
  let i = 0;
  while (i < stack.length && ids[i] === text[from + i]) i++;
  return i;
}

function roomFor(ids: Uint16Array, length: number): Uint16Array {
  if (ids.length >= length) return ids;
  const longer = new Uint16Array(length);
  longer.set(ids);
  return longer;
}
