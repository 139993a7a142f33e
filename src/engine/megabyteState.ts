/**
 * The state of a MEGABYTE. The wide transformer takes a step for each complete patch and keeps its cache; the local one runs
 * anew over the running patch, which has few bytes. So feeding bytes one by one, in chunks or all at once gives the same
 * logits.
 */

import type { EnginePart } from '../core/engine';
import type { MegabyteManifest } from '../core/manifest';
import { ByteState } from './byteState';
import { grown } from './kvCache';
import type { Graphs } from './model';
import { floats, Stack } from './stack';

export class MegabyteState extends ByteState {
  readonly #wide: Stack;
  /** [patches + 1, width]: what is known to each patch from those before it. */
  #known: Float32Array = new Float32Array();

  constructor(private readonly model: Graphs<MegabyteManifest>) {
    super(model.manifest.vocabulary);
    this.#wide = new Stack(model.runtime, model.sessions.wide, model.manifest.stacks.wide);
  }

  override get bytes(): number {
    return this.ids.byteLength + this.#known.byteLength + this.#wide.bytes;
  }

  override get patches(): number {
    return Math.floor(this.length / this.model.manifest.patching.bytes);
  }

  protected override reserve(): void {
    // Patches of a fixed length are few, and all that is kept is theirs.
  }

  protected override forget(length: number): void {
    // The pad stands before the first patch.
    this.#wide.truncate(1 + Math.floor(length / this.model.manifest.patching.bytes));
  }

  protected override readonly lastPart = 'local';

  protected override *steps(rows: number): Generator<EnginePart, Float32Array> {
    const end = this.length + rows;
    if (this.#wide.length <= Math.floor(end / this.model.manifest.patching.bytes)) {
      this.#readPatches(end);
      yield 'wide';
    }
    return this.#predict(this.length + 1, end);
  }

  /** The steps of the wide transformer for the patches that are complete after `end` bytes. */
  #readPatches(end: number): void {
    const { patching, vocabulary, stacks } = this.model.manifest;
    const size = patching.bytes;
    const seen = this.#wide.length;
    const patches = 1 + Math.floor(end / size) - seen;
    const ids = new BigInt64Array(patches * size);
    for (let i = 0; i < ids.length; i++) {
      const position = (seen - 1) * size + i;
      // The pad is rows of the embedding table behind those of the vocabulary.
      ids[i] = BigInt(position < 0 ? vocabulary + i : (this.ids[position] as number));
    }
    const outputs = this.#wide.run(patches, { ids: new this.model.runtime.Tensor('int64', ids, [patches, size]) });
    const needed = (seen + patches) * stacks.wide.width;
    if (this.#known.length < needed) this.#known = grown(this.#known, needed);
    this.#known.set(floats(outputs, 'known'), seen * stacks.wide.width);
  }

  /** Logits for the ids at the places from `from` up to and with `to`, [places, vocabulary]. */
  #predict(from: number, to: number): Float32Array {
    const { patching, vocabulary, stacks } = this.model.manifest;
    const size = patching.bytes;
    const first = Math.floor(from / size);
    const patches = Math.floor(to / size) - first + 1;
    const length = patches === 1 ? (to % size) + 1 : size;
    const part = stacks.wide.width / size;
    const before = new BigInt64Array(patches * length);
    const parts = new Float32Array(patches * length * part);
    for (let patch = 0; patch < patches; patch++) {
      const start = (first + patch) * size;
      for (let i = 0; i < length; i++) {
        // Places behind the last one are not looked at.
        const id = i === 0 ? vocabulary : start + i > to ? 0 : (this.ids[start + i - 1] as number);
        before[patch * length + i] = BigInt(id);
      }
      const known = this.#known.subarray(start * part, (start + length) * part);
      parts.set(known, patch * length * part);
    }
    const { Tensor } = this.model.runtime;
    const outputs = this.model.sessions.local.run({
      ids: new Tensor('int64', before, [patches, length]),
      parts: new Tensor('float32', parts, [patches, length, part]),
    });
    const at = from - first * size;
    return floats(outputs, 'logits').subarray(at * vocabulary, (at + to - from + 1) * vocabulary);
  }
}
