/**
 * Whether a GPU computes what the CPU computes, and how fast; in a process of its own, because a driver may crash or hang.
 * Every stack gets the same inputs on both, so that an entropy next to the threshold decides nothing.
 */

import type { BltManifest } from '../core/manifest';
import { chunkBytes } from './byteState';
import { isSoftware } from './choice';
import { isBlt, Model, type Graphs } from './model';
import type { CheckMessage, Pace, Verdict } from './protocol';
import { messageOf, type Runtime } from './session';
import { emptyStack } from './stacks';
import type { Tensors } from './stack';

/** The numbers may differ by so much, as the root of the mean square, relative to the CPU's. */
const tolerance = 0.02;
/** Positions that are read at once, and then one by one. */
const atOnce = 48;
const oneByOne = 16;
/** Some adapters compute wrong attention for more rows than this (subgroups of 4 or 8, ONNX Runtime 1.30). */
const fewRows = 31;
/** More rows are not worth it if they multiply the rounding error by so much. */
const muchWorse = 2;
/** Bytes of a patch, for the share of the latent transformer in the time of a byte. */
const patchBytes = 3.5;

const stackNames = ['entropy', 'encoder', 'latent', 'decoder'] as const;
type StackName = (typeof stackNames)[number];

const noPace: Pace = { msPerByte: NaN, msPerByteAtOnce: NaN };

export async function check({ modelDirectory, provider }: CheckMessage): Promise<Verdict> {
  const refused = (reason: string): Verdict => ({ works: false, reason, mostRows: 0, gpu: noPace, cpu: noPace });
  const cpu = await Model.load({ modelDirectory });
  const model = await Model.load({ modelDirectory, provider });
  const attempt = model.info.attempts.find((tried) => tried.provider === provider);
  if (model.gpu === undefined) return refused(attempt?.reason ?? 'it was not tried');
  if (!isBlt(cpu) || !isBlt(model)) return refused('only a BLT has a form for GPUs');
  try {
    return compare(cpu, model);
  } catch (error) {
    return refused(messageOf(error));
  }
}

/** `model` runs on a GPU, `cpu` is the same package on the CPU. */
export function compare(cpu: Graphs<BltManifest>, model: Graphs<BltManifest>): Verdict {
  const { runtime, manifest, gpu } = model;
  if (gpu === undefined) throw new Error('There is nothing to compare.');
  const onGpu = (mostRows: number) => ({ runtime, manifest, sessions: model.sessions, gpu: { ...gpu, mostRows } });
  const errors = new Map<StackName, number>();
  for (const name of stackNames) {
    const error = greatestError(run(cpu, name, oneByOne), run(onGpu(fewRows), name, oneByOne));
    errors.set(name, error);
    if (!(error <= tolerance)) {
      const reason = `it computes wrong numbers: those of the ${name} model are off by ${(100 * error).toFixed(1)} %`;
      return { works: false, reason, mostRows: 0, gpu: noPace, cpu: noPace };
    }
  }
  const works = { works: true, reason: '', cpu: pace(cpu) };
  const slow = { ...works, mostRows: fewRows, gpu: pace(onGpu(fewRows)) };
  // More rows take other kernels; software compiles those for minutes, and is never taken for its speed.
  if (isSoftware(slow.gpu, slow.cpu)) return slow;
  for (const name of stackNames) {
    const error = greatestError(run(cpu, name, 0), run(onGpu(chunkBytes), name, 0));
    if (!(error <= muchWorse * (errors.get(name) ?? NaN))) return slow;
  }
  return { ...works, mostRows: chunkBytes, gpu: pace(onGpu(chunkBytes)) };
}

/** The outputs of a stack that is fed some positions at once, and then others one by one. */
function run(graphs: Graphs<BltManifest>, name: StackName, singles: number): Float32Array[] {
  const { runtime, manifest } = graphs;
  const stack = emptyStack(graphs, name);
  try {
    const outputs = [stack.run(atOnce, feeds(runtime, manifest, name, 0, atOnce))];
    for (let i = 0; i < singles; i++) outputs.push(stack.run(1, feeds(runtime, manifest, name, atOnce + i, 1)));
    return outputs.flatMap((tensors) =>
      outputNames[name].map((output) => (tensors[output]?.data as Float32Array | undefined) ?? new Float32Array()),
    );
  } finally {
    stack.dispose();
  }
}

const outputNames: Readonly<Record<StackName, readonly string[]>> = {
  entropy: ['logits'],
  encoder: ['states'],
  latent: ['cross_k', 'cross_v'],
  decoder: ['logits'],
};

/** Inputs for `rows` positions from `at` on, the same for every provider and however they are portioned. */
function feeds(runtime: Runtime, manifest: BltManifest, name: StackName, at: number, rows: number): Tensors {
  const { Tensor } = runtime;
  const { stacks, hash, crossAttentionVectors } = manifest;
  const floats = (...shape: number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const numbers = Float32Array.from({ length: size }, (_, i) => Math.sin(12.9898 * ((at * size) / rows + i + 1)));
    return new Tensor('float32', numbers, shape);
  };
  const whole = (most: number, ...shape: number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const numbers = BigInt64Array.from({ length: size }, (_, i) => BigInt((7919 * ((at * size) / rows + i)) % most));
    return new Tensor('int64', numbers, shape);
  };
  const cross = [rows, stacks.decoder.layers, crossAttentionVectors, stacks.decoder.width];
  switch (name) {
    case 'entropy':
      return { ids: whole(manifest.vocabulary, rows) };
    case 'encoder':
      return {
        ids: whole(manifest.vocabulary, rows),
        rows: whole(hash.rows * hash.sizes.length, rows, hash.sizes.length),
      };
    case 'latent':
      return {
        states: floats(rows, 4, stacks.encoder.width),
        padding: new Tensor('float32', new Float32Array(rows * 4), [rows, 4]),
      };
    case 'decoder':
      return { states: floats(rows, stacks.decoder.width), cross_k: floats(...cross), cross_v: floats(...cross) };
  }
}

/** The greatest root mean square of a difference, each relative to that of the right numbers; NaN if there is one. */
function greatestError(right: readonly Float32Array[], other: readonly Float32Array[]): number {
  let greatest = 0;
  for (const [i, numbers] of right.entries()) {
    let difference = 0;
    let scale = 0;
    numbers.forEach((value, j) => {
      difference += (value - (other[i]?.[j] ?? NaN)) ** 2;
      scale += value ** 2;
    });
    const error = Math.sqrt(difference / scale);
    if (!(error <= greatest)) greatest = error;
  }
  return greatest;
}

/** Everything has run before, so that nothing is compiled in between. */
function pace(graphs: Graphs<BltManifest>): Pace {
  let [single, whole] = [0, 0];
  for (const name of stackNames) {
    const stack = emptyStack(graphs, name);
    const share = name === 'latent' ? 1 / patchBytes : 1;
    const timed = (rows: number, from: number, times: number) => {
      const inputs = Array.from({ length: times }, (_, i) =>
        feeds(graphs.runtime, graphs.manifest, name, from + i * rows, rows),
      );
      const started = performance.now();
      for (const input of inputs) stack.run(rows, input);
      return ((performance.now() - started) / times / rows) * share;
    };
    whole += timed(atOnce, 0, 1);
    single += timed(1, atOnce, oneByOne);
    stack.dispose();
  }
  return { msPerByte: single, msPerByteAtOnce: whole };
}
