/** The patches of a text: where they end, what the latent transformer made of them, and which of them a byte reads. */

import type { BltManifest } from '../core/manifest';
import { grown, masked } from './kvCache';
import type { Graphs } from './model';
import { floats, type AttentionStack } from './stack';
import { emptyStack } from './stacks';

/** Byte states, padding included, that go through the latent transformer at once; bounds memory, not speed. */
const mostPooled = 8192;
/** Patches at once: a run over more of them would keep a cancellation waiting. */
const mostPatches = 16;

export class Patches {
  readonly #stack: AttentionStack;
  /** Position after the last byte of each complete patch. */
  readonly #ends: number[] = [];
  /** [patches, decoder layers, k, decoder width] */
  #crossK: Float32Array = new Float32Array();
  #crossV: Float32Array = new Float32Array();
  /** Numbers per patch in each of cross_k and cross_v. */
  readonly size: number;

  constructor(private readonly model: Graphs<BltManifest>) {
    const { stacks, crossAttentionVectors } = model.manifest;
    this.#stack = emptyStack(model, 'latent');
    this.size = stacks.decoder.layers * crossAttentionVectors * stacks.decoder.width;
  }

  get count(): number {
    return this.#ends.length;
  }

  /** Bytes of memory that its numbers take. */
  get bytes(): number {
    return this.#stack.bytes + this.#crossK.byteLength + this.#crossV.byteLength;
  }

  get ends(): readonly number[] {
    return this.#ends;
  }

  dispose(): void {
    this.#stack.dispose();
  }

  /** Forgets the patches that end after `length` bytes. */
  truncate(length: number): void {
    while ((this.#ends.at(-1) ?? 0) > length) this.#ends.pop();
    this.#stack.truncate(this.#ends.length);
  }

  /** Takes the latent steps of the patches that end at `ends`, yielding between runs; `states` [bytes, width]. */
  *complete(ends: readonly number[], states: Float32Array): Generator<undefined, void> {
    for (let at = 0; at < ends.length;) {
      if (at > 0) yield;
      const first = this.#ends.at(-1) ?? 0;
      let longest = 0;
      let count = 0;
      for (let start = first; at + count < ends.length && count < mostPatches; count++) {
        const end = ends[at + count] as number;
        const length = Math.max(longest, end - start);
        if (count > 0 && length * (count + 1) > mostPooled) break;
        longest = length;
        start = end;
      }
      this.#run(ends.slice(at, at + count), first, longest, states);
      at += count;
    }
  }

  /** One run over patches that end at `ends`; the first one starts at `start`, the longest has `longest` bytes. */
  #run(ends: readonly number[], start: number, longest: number, states: Float32Array): void {
    const { Tensor } = this.model.runtime;
    const { width } = this.model.manifest.stacks.encoder;
    const count = ends.length;
    const padded = new Float32Array(count * longest * width);
    const padding = new Float32Array(count * longest);
    let from = start;
    ends.forEach((end, patch) => {
      const at = patch * longest;
      padded.set(states.subarray(from * width, end * width), at * width);
      padding.fill(masked, at + end - from, at + longest);
      from = end;
    });
    const outputs = this.#stack.run(count, {
      states: new Tensor('float32', padded, [count, longest, width]),
      padding: new Tensor('float32', padding, [count, longest]),
    });
    const at = this.#ends.length * this.size;
    const needed = at + count * this.size;
    if (this.#crossK.length < needed) {
      this.#crossK = grown(this.#crossK, needed);
      this.#crossV = grown(this.#crossV, needed);
    }
    this.#crossK.set(floats(outputs, 'cross_k'), at);
    this.#crossV.set(floats(outputs, 'cross_v'), at);
    this.#ends.push(...ends);
  }

  /**
   * Writes what the `rows` bytes from `start` on read, [rows, decoder layers, k, width]: the last patch that was complete
   * once each was known. `before` patches were complete before the first of them.
   */
  writeRead(before: number, start: number, rows: number, outK: Float32Array, outV: Float32Array): void {
    let patch = before - 1;
    for (let row = 0; row < rows; row++) {
      if (this.#ends[patch + 1] === start + row + 1) patch++;
      const from = patch * this.size;
      outK.set(this.#crossK.subarray(from, from + this.size), row * this.size);
      outV.set(this.#crossV.subarray(from, from + this.size), row * this.size);
    }
  }
}
