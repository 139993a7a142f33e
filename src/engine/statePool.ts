/** States of several texts, so that going back to another file or place does not read everything again. */

import { emptyState } from './architectures';
import type { ByteState } from './byteState';
import { collectGarbageSoon } from './garbage';
import type { Graphs } from './model';

/**
 * Stands where a single state could stand: `commonPrefix` chooses the state for a text, and until its next call everything
 * else is about that one. States that were not used for longest go when all of them together have more than `budgetBytes`;
 * the chosen one always stays.
 */
export class StatePool {
  /** The chosen one first, then by last use. */
  #states: ByteState[];

  constructor(
    private readonly model: Graphs,
    private readonly budgetBytes: number,
  ) {
    this.#states = [emptyState(model)];
  }

  /** States kept. */
  get size(): number {
    return this.#states.length;
  }

  /** Bytes of numbers that the states hold. */
  get bytes(): number {
    return this.#states.reduce((sum, state) => sum + state.bytes, 0);
  }

  /** Bytes fed to the chosen one. */
  get length(): number {
    return this.#chosen.length;
  }

  get patches(): number {
    return this.#chosen.patches;
  }

  /** Hears of the parts of the runs of the chosen one. */
  set onPart(listener: ByteState['onPart']) {
    this.#chosen.onPart = listener;
  }

  entropyAfter(length: number): number | undefined {
    return this.#chosen.entropyAfter(length);
  }

  /** How many ids at the start of `ids` were fed to the state that is chosen for them. */
  commonPrefix(ids: ArrayLike<number>): number {
    let best = -1;
    let common = 0;
    this.#states.forEach((state, i) => {
      const length = state.commonPrefix(ids);
      // Another text may begin in the same way (BOS, a file name): its state is not worth destroying for so little.
      const worth = state.length === 0 || 2 * length > Math.min(state.length, ids.length);
      if (worth && (best < 0 || length > common)) {
        best = i;
        common = length;
      }
    });
    const chosen = best < 0 ? this.#empty() : (this.#states.splice(best, 1)[0] as ByteState);
    this.#states.unshift(chosen);
    return common;
  }

  /** The ids that were fed to the chosen one; a view, good until they are forgotten. */
  get fed(): Uint16Array {
    return this.#chosen.fed;
  }

  /** Back to one empty state. */
  clear(): void {
    const { onPart } = this.#chosen;
    for (const state of this.#states) state.dispose();
    this.#states = [emptyState(this.model)];
    this.onPart = onPart;
  }

  truncate(length: number): void {
    this.#chosen.truncate(length);
  }

  async read(ids: Uint16Array, pause: () => Promise<void>): Promise<Float32Array> {
    try {
      return await this.#chosen.read(ids, pause);
    } finally {
      // Also when nobody wants the rest of it: room was made for the whole prompt.
      this.#drop();
    }
  }

  feedChunk(ids: Uint16Array): Float32Array {
    const logits = this.#chosen.feedChunk(ids);
    this.#drop();
    return logits;
  }

  /** A state for a new text: where another one would not fit, the memory of the one that was not used for longest. */
  #empty(): ByteState {
    const oldest = this.#states.at(-1);
    if (oldest === undefined || this.bytes + oldest.bytes <= this.budgetBytes) return emptyState(this.model);
    this.#states.pop();
    oldest.truncate(0);
    return oldest;
  }

  #drop(): void {
    let dropped = false;
    for (; this.#states.length > 1 && this.bytes > this.budgetBytes; dropped = true) {
      this.#states.pop()?.dispose();
    }
    if (dropped) collectGarbageSoon();
  }

  get #chosen(): ByteState {
    return this.#states[0] as ByteState;
  }
}
