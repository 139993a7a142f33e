/**
 * Lossless self-speculation (BLT-S, arXiv 2605.08044, with copies as drafts): one run reads a byte and the bytes that probably
 * follow it. As long as they are what is then said, their logits are there already; else they are forgotten.
 */

import type { ByteState } from './byteState';

/** Bytes of a draft: a run over nine bytes costs some four single ones, so a draft that is mostly right pays. */
const shortest = 4;
const longest = 15;

export class LookAhead {
  /** Bytes that were read and not said yet, and the logits [vocabulary] after each. */
  #ahead: { readonly id: number; readonly logits: Float32Array }[] = [];
  #length = 7;
  #drafted = 0;
  #accepted = 0;

  constructor(private readonly model: Pick<ByteState, 'feedChunk' | 'truncate' | 'length'>) {}

  /** Bytes that were drafted so far, and those of them that were then said. */
  get counts(): { readonly drafted: number; readonly accepted: number } {
    return { drafted: this.#drafted, accepted: this.#accepted };
  }

  /** The logits [vocabulary] after `id`. `draft` gives at most so many ids that probably follow it. */
  next(id: number, draft: (most: number) => ArrayLike<number>): Float32Array {
    const read = this.#ahead.shift();
    if (read?.id === id) {
      this.#accepted++;
      if (this.#ahead.length === 0) this.#length = Math.min(2 * this.#length, longest);
      return read.logits;
    }
    if (read !== undefined) {
      this.#length = Math.max(shortest, this.#length >> 1);
      this.model.truncate(this.model.length - this.#ahead.length - 1);
    }
    const guess = Uint16Array.from(draft(this.#length));
    const logits = this.model.feedChunk(Uint16Array.of(id, ...guess));
    const vocabulary = logits.length / (guess.length + 1);
    const after = (row: number) => logits.subarray(row * vocabulary, (row + 1) * vocabulary);
    this.#ahead = Array.from(guess, (guessed, i) => ({ id: guessed, logits: after(i + 1) }));
    this.#drafted += guess.length;
    return after(0);
  }

  /** Forgets what was read and not said. */
  end(): void {
    if (this.#ahead.length > 0) this.model.truncate(this.model.length - this.#ahead.length);
    this.#ahead = [];
  }
}
