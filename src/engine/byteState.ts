/** The state of exact incremental decoding, whatever the architecture: ids go in, in any portions, and can be forgotten. */

import type { EnginePart } from '../core/engine';

/** Bytes per run while a prompt is read: long enough for speed, short enough to be cancelled in between. */
export const chunkBytes = 128;

export abstract class ByteState {
  /** The ids that were fed, and room for more. */
  protected ids = new Uint16Array(4096);
  #length = 0;

  /** Hears how many milliseconds each part of a run took; set only while a completion is traced. */
  onPart: ((part: EnginePart, ms: number) => void) | undefined;

  protected constructor(private readonly vocabulary: number) {}

  /** Bytes fed, BOS and sentinels included. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that its numbers take. */
  abstract get bytes(): number;

  /** Complete patches, each of them one step of the transformer over patches. */
  abstract get patches(): number;

  /** Nats of the entropy model's prediction after `length` bytes, which were fed; undefined without such a model. */
  entropyAfter(_length: number): number | undefined {
    return undefined;
  }

  /**
   * Feeds the ids, which follow the first `length` of `this.ids`, one graph at a step; returns logits [rows, vocabulary].
   * Yields the part that has just run, except the last one.
   */
  protected abstract steps(rows: number): Generator<EnginePart, Float32Array>;
  protected abstract readonly lastPart: EnginePart;

  /** Makes room for `length` ids at once, where growing step by step would leave holes in the memory. */
  protected abstract reserve(length: number): void;

  /** Gives back what the garbage collector does not see; the state is of no use afterwards. */
  dispose(): void {
    // Most states are memory of this process.
  }

  /** The ids that were fed: a view, good until some of them are forgotten. */
  get fed(): Uint16Array {
    return this.ids.subarray(0, this.#length);
  }

  /** Forgets what was computed for the ids from `length` on. */
  protected abstract forget(length: number): void;

  /** How many ids at the start of `ids` are the ones that were fed. */
  commonPrefix(ids: ArrayLike<number>): number {
    const most = Math.min(this.#length, ids.length);
    let i = 0;
    while (i < most && this.ids[i] === ids[i]) i++;
    return i;
  }

  /** Feeds any number of ids, at least one; returns the logits [vocabulary] after the last. */
  feed(ids: Uint16Array): Float32Array {
    let logits: Float32Array = new Float32Array();
    for (let at = 0; at < ids.length; at += chunkBytes) logits = this.feedChunk(ids.subarray(at, at + chunkBytes));
    return logits.subarray(logits.length - this.vocabulary);
  }

  /**
   * Like `feed`, but calls `pause` before each run of a graph, a few milliseconds apart. When it throws, the chunk at hand
   * is forgotten, what was fed before it stays.
   */
  async read(ids: Uint16Array, pause: () => Promise<void>): Promise<Float32Array> {
    let logits: Float32Array = new Float32Array();
    this.reserve(this.#length + ids.length);
    for (let at = 0; at < ids.length; at += chunkBytes) {
      const start = this.#length;
      const steps = this.#steps(ids.subarray(at, at + chunkBytes));
      for (;;) {
        try {
          await pause();
        } catch (error) {
          this.truncate(start);
          throw error;
        }
        const step = this.#whole(() => this.#next(steps));
        if (step.done !== true) continue;
        logits = step.value;
        break;
      }
    }
    return logits.subarray(logits.length - this.vocabulary);
  }

  /** Feeds the ids in one run; returns the logits [ids, vocabulary] after each. */
  feedChunk(ids: Uint16Array): Float32Array {
    return this.#whole(() => {
      const steps = this.#steps(ids);
      for (;;) {
        const step = this.#next(steps);
        if (step.done === true) return step.value;
      }
    });
  }

  /** Forgets all bytes from `length` on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
    this.forget(length);
  }

  /** Forgets everything if a run fails: some caches may be a chunk ahead of others. */
  #whole<Out>(work: () => Out): Out {
    try {
      return work();
    } catch (error) {
      this.truncate(0);
      throw error;
    }
  }

  #next(steps: Generator<EnginePart, Float32Array>): IteratorResult<EnginePart, Float32Array> {
    if (this.onPart === undefined) return steps.next();
    const started = performance.now();
    const step = steps.next();
    this.onPart(step.done === true ? this.lastPart : step.value, performance.now() - started);
    return step;
  }

  *#steps(ids: Uint16Array): Generator<EnginePart, Float32Array> {
    const end = this.#length + ids.length;
    if (this.ids.length < end) {
      const longer = new Uint16Array(2 * end);
      longer.set(this.ids);
      this.ids = longer;
    }
    this.ids.set(ids, this.#length);
    this.reserve(end);
    const logits = yield* this.steps(ids.length);
    this.#length = end;
    return logits;
  }
}
