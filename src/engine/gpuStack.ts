/**
 * A graph of the GPU form with its cache: keys and values lie where the provider has left them, on the device if it can.
 * docs/architecture.md, "The GPU form".
 */

import type { StackShape } from '../core/manifest';
import { messageOf, type GraphSession, type Runtime, type Tensor } from './session';
import type { AttentionStack, Tensors } from './stack';

/** Rows are added in steps of this where the cache lies in this process. */
const capacityStep = 256;

/** The device is gone, or does not do what it is told; what was on it is lost. */
export class DeviceLost extends Error {
  override readonly name = 'DeviceLost';
}

export interface GpuStackUse {
  /** Base of the rotary frequencies. */
  readonly rotaryBase: number;
  /** Positions that it will ever see; what lies on a device cannot grow. */
  readonly capacity: number;
  /** Rows that one run may have; longer ones are cut. */
  readonly mostRows: number;
  /** A graph that runs before, on the CPU, and makes this one's inputs. */
  readonly before?: GraphSession;
}

export class GpuStack implements AttentionStack {
  #length = 0;
  #capacity = 0;
  /** By the name of the output that writes it; [1, heads, capacity, head width], float16. */
  #cache: Record<string, Tensor> = {};
  readonly #names: readonly string[];
  readonly #frequencies: readonly number[];

  constructor(
    private readonly runtime: Runtime,
    private readonly session: GraphSession,
    private readonly shape: StackShape,
    private readonly use: GpuStackUse,
  ) {
    const headWidth = shape.width / shape.heads;
    this.#names = cacheNames(shape);
    this.#frequencies = Array.from({ length: headWidth / 2 }, (_, i) => use.rotaryBase ** ((-2 * i) / headWidth));
  }

  get length(): number {
    return this.#length;
  }

  /** Of memory in this process or on the device. */
  get bytes(): number {
    return this.#names.length * this.#capacity * this.shape.width * 2;
  }

  /** Rows beyond the length count for nothing and are written over. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  reserve(length: number): void {
    // What does not fit is told when it comes.
    this.#reserve(Math.min(length, this.use.capacity));
  }

  dispose(): void {
    for (const tensor of Object.values(this.#cache)) {
      if (tensor.location === 'gpu-buffer') tensor.dispose();
    }
    this.#cache = {};
    this.#length = this.#capacity = 0;
  }

  run(rows: number, feeds: Tensors): Tensors {
    const inputs = this.use.before?.run(feeds) ?? feeds;
    if (rows <= this.use.mostRows) return this.#step(rows, inputs);
    const parts: Tensors[] = [];
    for (let at = 0; at < rows; at += this.use.mostRows) {
      const count = Math.min(this.use.mostRows, rows - at);
      const part = Object.entries(inputs).map(([name, tensor]) => [name, rowsOf(this.runtime, tensor, at, count)]);
      parts.push(this.#step(count, Object.fromEntries(part) as Tensors));
    }
    return joined(this.runtime, parts);
  }

  /** One run; returns the outputs that are not the cache. */
  #step(rows: number, inputs: Tensors): Tensors {
    this.#reserve(this.#length + rows);
    const feeds: Record<string, Tensor> = { ...inputs, ...this.#positions(rows) };
    for (const name of this.#names) feeds[`past_${name}`] = this.#cache[name] as Tensor;
    const kept = Object.entries(this.#cache).filter(([, tensor]) => tensor.location === 'gpu-buffer');
    let outputs: Tensors;
    try {
      outputs = this.session.run(feeds, Object.fromEntries(kept));
    } catch (error) {
      throw new DeviceLost(messageOf(error));
    }
    const rest: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(outputs)) {
      if (!(name in this.#cache)) rest[name] = tensor;
      else if (tensor !== this.#cache[name]) this.#cache[name] = tensor;
    }
    this.#length += rows;
    return rest;
  }

  #positions(rows: number): Tensors {
    const { Tensor } = this.runtime;
    const half = this.#frequencies.length;
    const [cos, sin] = [new Float32Array(rows * half), new Float32Array(rows * half)];
    for (let row = 0; row < rows; row++) {
      this.#frequencies.forEach((frequency, i) => {
        const angle = (this.#length + row) * frequency;
        cos[row * half + i] = Math.cos(angle);
        sin[row * half + i] = Math.sin(angle);
      });
    }
    const total = this.#length + rows;
    return {
      cos: new Tensor('float32', cos, [rows, half]),
      sin: new Tensor('float32', sin, [rows, half]),
      last: new Tensor('int32', Int32Array.of(total - 1), [1]),
      total: new Tensor('int32', Int32Array.of(total), [1]),
    };
  }

  /** Makes room for `length` positions: all at once on a device, in steps in this process. */
  #reserve(length: number): void {
    if (length <= this.#capacity) return;
    const { Tensor } = this.runtime;
    const { heads, width } = this.shape;
    const headWidth = width / heads;
    const old = this.#capacity;
    if (length > this.use.capacity) throw new Error(`A text of ${length} positions is longer than the caches.`);
    const wanted = Math.ceil((1.25 * length) / capacityStep) * capacityStep;
    this.#capacity = this.session.keepsOutputs ? this.use.capacity : Math.min(this.use.capacity, wanted);
    for (const name of this.#names) {
      const numbers = new Uint16Array(heads * this.#capacity * headWidth);
      const before = this.#cache[name]?.data as Uint16Array | undefined;
      for (let head = 0; before !== undefined && head < heads; head++) {
        const rows = before.subarray(head * old * headWidth, (head + 1) * old * headWidth);
        numbers.set(new Uint16Array(rows.buffer, rows.byteOffset, rows.length), head * this.#capacity * headWidth);
      }
      this.#cache[name] = new Tensor('float16', numbers, [1, heads, this.#capacity, headWidth]);
    }
  }
}

/** Names of the outputs that are the cache. */
export function cacheNames({ layers }: Pick<StackShape, 'layers'>): string[] {
  return Array.from({ length: layers }, (_, i) => [`k_${i}`, `v_${i}`]).flat();
}

/** `count` rows of a tensor from row `at` on; rows are its first dimension. */
function rowsOf(runtime: Runtime, tensor: Tensor, at: number, count: number): Tensor {
  const [rows = 1, ...rest] = tensor.dims;
  const numbers = tensor.data as Float32Array;
  const size = numbers.length / rows;
  const part = numbers.subarray(at * size, (at + count) * size);
  return new runtime.Tensor(tensor.type as 'float32', part, [count, ...rest]);
}

/** Outputs of several runs as those of one; all are float32. */
function joined(runtime: Runtime, parts: readonly Tensors[]): Tensors {
  const names = Object.keys(parts[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const tensors = parts.map((part) => part[name] as Tensor);
      const out = new Float32Array(tensors.reduce((sum, { size }) => sum + size, 0));
      let at = 0;
      for (const tensor of tensors) {
        out.set(tensor.data as Float32Array, at);
        at += tensor.size;
      }
      const rows = tensors.reduce((sum, { dims }) => sum + (dims[0] as number), 0);
      return [name, new runtime.Tensor('float32', out, [rows, ...(tensors[0] as Tensor).dims.slice(1)])];
    }),
  );
}
