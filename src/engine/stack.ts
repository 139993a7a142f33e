/** A graph with its cache: fills in the attention inputs, keeps the new keys and values. docs/architecture.md, "The graphs". */

import type { StackShape } from '../core/manifest';
import { KvCache, type KeysAndValues } from './kvCache';
import type { GraphSession, Runtime, Tensor } from './session';

/** Names of a layer's keys and values as outputs and as inputs. */
interface LayerNames {
  readonly k: string;
  readonly v: string;
  readonly pastK: string;
  readonly pastV: string;
}

export type Tensors = Readonly<Record<string, Tensor>>;

/** A graph with its cache, of either form. */
export interface AttentionStack {
  /** Positions seen. */
  readonly length: number;
  /** Bytes of memory that its cache takes. */
  readonly bytes: number;
  truncate(length: number): void;
  /** Makes room for `length` positions at once. */
  reserve(length: number): void;
  /** Runs the graph over the next `rows` positions. `feeds` are the inputs that have nothing to do with attention. */
  run(rows: number, feeds: Tensors): Tensors;
  /** Gives back what the garbage collector does not see. */
  dispose(): void;
}

export class Stack implements AttentionStack {
  readonly #cache: KvCache;
  /** One object for all runs; its tensors stand over buffers that are written anew. */
  readonly #feeds: Record<string, Tensor> = {};
  readonly #layers: readonly LayerNames[];
  #positions = new Float32Array();
  #mask = new Float32Array();
  #rows = -1;
  #capacity = -1;

  constructor(
    private readonly runtime: Runtime,
    private readonly session: GraphSession,
    private readonly shape: StackShape,
    /** `firstPosition`: number of the first position that it will see. `rewinds`: whether it can be truncated. */
    private readonly use: { readonly firstPosition: number; readonly rewinds: boolean } = {
      firstPosition: 0,
      rewinds: true,
    },
  ) {
    const { layers, heads, width, window } = shape;
    this.#cache = new KvCache({ layers, heads, headWidth: width / heads, window }, use.rewinds);
    this.#layers = Array.from({ length: layers }, (_, i) => ({
      k: `k_${i}`,
      v: `v_${i}`,
      pastK: `past_k_${i}`,
      pastV: `past_v_${i}`,
    }));
  }

  /** Positions seen. */
  get length(): number {
    return this.#cache.length;
  }

  /** Bytes of memory that its cache takes. */
  get bytes(): number {
    return this.#cache.bytes;
  }

  /** Makes room for what is kept of `length` positions. */
  reserve(length: number): void {
    this.#cache.reserve(length);
  }

  truncate(length: number): void {
    this.#cache.truncate(length);
  }

  dispose(): void {
    // All of it is memory of this process.
  }

  /** Runs the graph over the next `rows` positions. `feeds` are the inputs that have nothing to do with attention. */
  run(rows: number, feeds: Tensors): Tensors {
    this.#prepare(rows);
    const next = this.use.firstPosition + this.#cache.length;
    for (let row = 0; row < rows; row++) this.#positions[row] = next + row;
    this.#cache.writeMask(rows, this.#mask);
    const outputs = this.session.run(Object.assign(this.#feeds, feeds));
    this.#cache.append(rows, (layer): KeysAndValues => {
      const names = this.#layers[layer] as LayerNames;
      return { k: floats(outputs, names.k), v: floats(outputs, names.v) };
    });
    return outputs;
  }

  /** Makes new tensors where a shape has changed; while single bytes follow each other none does. */
  #prepare(rows: number): void {
    const capacity = this.#cache.capacity;
    if (rows === this.#rows && capacity === this.#capacity) return;
    const { Tensor } = this.runtime;
    const { heads, width } = this.shape;
    this.#positions = new Float32Array(rows);
    this.#mask = new Float32Array(rows * (capacity + rows));
    this.#feeds['positions'] = new Tensor('float32', this.#positions, [rows]);
    this.#feeds['mask'] = new Tensor('float32', this.#mask, [rows, capacity + rows]);
    if (capacity !== this.#capacity) {
      const headWidth = width / heads;
      this.#layers.forEach(({ pastK, pastV }, layer) => {
        const past = this.#cache.past(layer);
        this.#feeds[pastK] = new Tensor('float32', past.k, [heads, capacity, headWidth]);
        this.#feeds[pastV] = new Tensor('float32', past.v, [heads, capacity, headWidth]);
      });
    }
    this.#rows = rows;
    this.#capacity = capacity;
  }
}

/** The numbers of a float32 output. */
export function floats(tensors: Tensors, name: string): Float32Array {
  return (tensors[name] as Tensor).data as Float32Array;
}
