/** The stacks of a BLT, in the form that its model runs in. */

import type { BltManifest } from '../core/manifest';
import { GpuStack } from './gpuStack';
import type { Graphs } from './model';
import { Stack, type AttentionStack } from './stack';

/** Positions beyond the context that a text may reach for a moment: what is read ahead. */
const beyondContext = 32;

/** An empty stack. On a GPU the encoder's takes what the CPU's takes: the byte embeddings are looked up on the way. */
export function emptyStack(model: Graphs<BltManifest>, name: keyof BltManifest['stacks']): AttentionStack {
  const { runtime, manifest, gpu } = model;
  const shape = manifest.stacks[name];
  if (gpu === undefined) return new Stack(runtime, model.sessions[name], shape);
  return new GpuStack(runtime, gpu.sessions[name], shape, {
    rotaryBase: gpu.form.rotaryBases[name],
    capacity: manifest.context.maxBytes + beyondContext,
    mostRows: gpu.mostRows,
    ...(name === 'encoder' && { before: gpu.sessions.lookup }),
  });
}
