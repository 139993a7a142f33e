/**
 * The state of a BLT (docs/architecture.md, "Exact incremental decoding"). Feeding bytes one by one, in chunks or all at once
 * gives the same logits; forgetting the last bytes gives the state before them.
 */

import type { EnginePart } from '../core/engine';
import { HashRows } from '../core/hashRows';
import { entropyNats, startsPatch } from '../core/patcher';
import type { BltManifest } from '../core/manifest';
import { ByteState } from './byteState';
import { grown } from './kvCache';
import type { Graphs } from './model';
import { Patches } from './patches';
import type { Tensor } from './session';
import { floats, type AttentionStack } from './stack';
import { emptyStack } from './stacks';

/** Rows that the decoder takes at once: a run over more of them would keep a cancellation waiting. */
const mostDecoded = 64;

export class BltState extends ByteState {
  readonly #entropy: AttentionStack;
  readonly #encoder: AttentionStack;
  readonly #decoder: AttentionStack;
  readonly #hash: HashRows;
  readonly #patches: Patches;
  /** Numbers per byte state. */
  readonly #width: number;

  /** Nats, of the prediction made after each byte. */
  #entropies: Float32Array = new Float32Array(4096);
  /** [bytes, width] */
  #states: Float32Array = new Float32Array();
  #single: Inputs | undefined;

  constructor(private readonly model: Graphs<BltManifest>) {
    super(model.manifest.vocabulary);
    const { stacks, hash } = model.manifest;
    this.#entropy = emptyStack(model, 'entropy');
    this.#encoder = emptyStack(model, 'encoder');
    this.#decoder = emptyStack(model, 'decoder');
    this.#hash = new HashRows(hash.sizes, hash.rows, hash.prime);
    this.#width = stacks.encoder.width;
    this.#patches = new Patches(model);
  }

  override get bytes(): number {
    const stacks = [this.#entropy, this.#encoder, this.#decoder, this.#patches];
    const own = this.ids.byteLength + this.#entropies.byteLength + this.#states.byteLength;
    return stacks.reduce((sum, stack) => sum + stack.bytes, own);
  }

  /** Complete patches, each of them one step of the latent transformer. */
  override get patches(): number {
    return this.#patches.count;
  }

  /** Positions after the last byte of each complete patch. */
  get patchEnds(): readonly number[] {
    return this.#patches.ends;
  }

  /** Entropies in nats of the predictions made after each byte. */
  get entropies(): Float32Array {
    return this.#entropies.subarray(0, this.length);
  }

  override dispose(): void {
    for (const stack of [this.#entropy, this.#encoder, this.#decoder, this.#patches]) stack.dispose();
  }

  protected override forget(length: number): void {
    for (const stack of [this.#entropy, this.#encoder, this.#decoder]) stack.truncate(length);
    this.#patches.truncate(length);
  }

  override entropyAfter(length: number): number {
    return this.#entropies[length - 1] as number;
  }

  protected override readonly lastPart = 'decoder';

  protected override *steps(rows: number): Generator<EnginePart, Float32Array> {
    const start = this.length;
    const inputs = this.#inputs(rows);
    for (let row = 0; row < rows; row++) {
      inputs.idWords[2 * row] = this.ids[start + row] as number;
      this.#hash.write(this.ids, start + row, inputs.rowWords, 2 * row * this.#hash.sizes.length, 2);
    }

    const predictions = floats(this.#entropy.run(rows, { ids: inputs.ids }), 'logits');
    yield 'entropy';
    const encoded = this.#encoder.run(rows, { ids: inputs.ids, rows: inputs.rows });
    this.#states.set(floats(encoded, 'states'), start * this.#width);
    const before = this.#patches.count;
    yield 'encoder';
    const latentRuns = this.#patches.complete(this.#newEnds(predictions, start, rows), this.#states);
    while (latentRuns.next().done !== true) yield 'latent';
    this.#patches.writeRead(before, start, rows, inputs.crossKNumbers, inputs.crossVNumbers);
    yield 'latent';
    if (rows <= mostDecoded) {
      const { crossK, crossV } = inputs;
      const decoded = this.#decoder.run(rows, {
        states: encoded['states'] as Tensor,
        cross_k: crossK,
        cross_v: crossV,
      });
      return floats(decoded, 'logits');
    }
    return yield* this.#decodeInParts(floats(encoded, 'states'), inputs, rows);
  }

  /** Runs the decoder over `mostDecoded` rows at once. `states` [rows, width]. */
  *#decodeInParts(states: Float32Array, inputs: Inputs, rows: number): Generator<EnginePart, Float32Array> {
    const { Tensor } = this.model.runtime;
    const { vocabulary, stacks, crossAttentionVectors } = this.model.manifest;
    const logits = new Float32Array(rows * vocabulary);
    for (let at = 0; at < rows; at += mostDecoded) {
      if (at > 0) yield 'decoder';
      const count = Math.min(mostDecoded, rows - at);
      const part = (numbers: Float32Array, size: number, ...shape: number[]) =>
        new Tensor('float32', numbers.subarray(at * size, (at + count) * size), [count, ...shape]);
      const cross = [stacks.decoder.layers, crossAttentionVectors, stacks.decoder.width];
      const decoded = this.#decoder.run(count, {
        states: part(states, this.#width, this.#width),
        cross_k: part(inputs.crossKNumbers, this.#patches.size, ...cross),
        cross_v: part(inputs.crossVNumbers, this.#patches.size, ...cross),
      });
      logits.set(floats(decoded, 'logits'), at * vocabulary);
    }
    return logits;
  }

  /** Writes the entropies of the new bytes; returns the ends of the patches that they complete. */
  #newEnds(logits: Float32Array, start: number, rows: number): number[] {
    const { vocabulary, patching } = this.model.manifest;
    const ends: number[] = [];
    for (let row = 0; row < rows; row++) {
      const next = start + row + 1;
      this.#entropies[next - 1] = entropyNats({ logits, at: row * vocabulary, vocabulary });
      if (startsPatch(next, this.#entropies[next - 1] as number, patching.thresholdNats)) ends.push(next);
    }
    return ends;
  }

  protected override reserve(length: number): void {
    if (this.#states.length < length * this.#width) this.#states = grown(this.#states, length * this.#width);
    if (this.#entropies.length < length) this.#entropies = grown(this.#entropies, length);
    for (const stack of [this.#entropy, this.#encoder, this.#decoder]) stack.reserve(length);
  }

  /** Input tensors for `rows` bytes; those for a single byte are made once. */
  #inputs(rows: number): Inputs {
    if (rows !== 1) return this.#newInputs(rows);
    return (this.#single ??= this.#newInputs(1));
  }

  #newInputs(rows: number): Inputs {
    const { Tensor } = this.model.runtime;
    const { stacks, crossAttentionVectors } = this.model.manifest;
    const sizes = this.#hash.sizes.length;
    const ids = new BigInt64Array(rows);
    const hashRows = new BigInt64Array(rows * sizes);
    const crossK = new Float32Array(rows * this.#patches.size);
    const crossV = new Float32Array(rows * this.#patches.size);
    const crossDims = [rows, stacks.decoder.layers, crossAttentionVectors, stacks.decoder.width];
    return {
      ids: new Tensor('int64', ids, [rows]),
      rows: new Tensor('int64', hashRows, [rows, sizes]),
      crossK: new Tensor('float32', crossK, crossDims),
      crossV: new Tensor('float32', crossV, crossDims),
      // The low words of small int64 numbers, without a BigInt for each; all our platforms are little-endian.
      idWords: new Int32Array(ids.buffer),
      rowWords: new Int32Array(hashRows.buffer),
      crossKNumbers: crossK,
      crossVNumbers: crossV,
    };
  }
}

interface Inputs {
  readonly ids: Tensor;
  readonly rows: Tensor;
  readonly crossK: Tensor;
  readonly crossV: Tensor;
  readonly idWords: Int32Array;
  readonly rowWords: Int32Array;
  readonly crossKNumbers: Float32Array;
  readonly crossVNumbers: Float32Array;
}
