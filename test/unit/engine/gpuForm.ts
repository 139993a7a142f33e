// The GPU form of a package without a GPU: its graphs on the CPU, where they may be made to lie or to break.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BltState } from '../../../src/engine/bltState';
import { Model } from '../../../src/engine/model';
import { gpuSessions, type Gpu, type PackageFile } from '../../../src/engine/providers';
import type { GraphSession } from '../../../src/engine/session';
import { root, type Blt } from './packages';

export const gpuDirectory = path.join(root, 'test/fixtures/models/windowed-tiny');

export interface Behaviour {
  /** Alters what a run gives; throws what a device that is gone throws. */
  readonly after?: (name: string, rows: number, outputs: Record<string, Float32Array>) => void;
  readonly mostRows?: number;
}

/** A model whose `gpu` is the GPU form on the CPU. */
export async function pretendedGpu(directory = gpuDirectory, { after, mostRows = 128 }: Behaviour = {}): Promise<Blt> {
  const model = (await Model.load({ modelDirectory: directory })) as Blt;
  const { runtime, manifest } = model;
  const form = manifest.gpu;
  if (form === undefined) throw new Error(`${directory} has no form for GPUs.`);
  const files = new Map<string, PackageFile>();
  const add = (name: string, { file, sha256 }: { file: string; sha256: string }) =>
    files.set(name, { path: path.join(directory, file), sha256, bytes: readFileSync(path.join(directory, file)) });
  for (const [name, graph] of Object.entries(manifest.graphs)) add(name, graph);
  for (const [name, graph] of Object.entries(form.graphs)) add(`gpu.${name}`, graph);
  const sessions = gpuSessions(runtime, manifest, form, files, 'cpu');
  const gpu: Gpu = {
    provider: 'webgpu',
    form,
    mostRows,
    sessions: after === undefined ? sessions : altered(sessions, after),
  };
  return Object.assign(model, {
    gpu,
    info: {
      ...model.info,
      device: 'webgpu' as const,
      attempts: [{ provider: 'webgpu' as const, accepted: true, reason: 'asked for' }],
    },
  });
}

function altered(sessions: Gpu['sessions'], after: NonNullable<Behaviour['after']>): Gpu['sessions'] {
  const entries: [string, unknown][] = Object.entries(sessions).map(([name, session]) => {
    const run: GraphSession['run'] = (feeds, into) => {
      const outputs = session.run(feeds, into);
      const floats = Object.entries(outputs).filter(([, tensor]) => tensor.type === 'float32');
      const rows = floats[0]?.[1].dims[0] ?? 0;
      after(name, rows, Object.fromEntries(floats.map(([output, tensor]) => [output, tensor.data as Float32Array])));
      return outputs;
    };
    const stand = {
      inputs: session.inputs,
      outputs: session.outputs,
      keepsOutputs: false,
      run,
      dispose: () => {
        session.dispose();
      },
    };
    return [name, stand];
  });
  return Object.fromEntries<unknown>(entries) as Gpu['sessions'];
}

/** Greedy ids after those of a prompt, byte by byte. */
export function greedy(model: Blt, prompt: Uint16Array, count: number): number[] {
  const state = new BltState(model);
  let logits = state.feed(prompt);
  const out: number[] = [];
  for (let i = 0; i < count; i++) {
    const id = logits.indexOf(Math.max(...logits));
    out.push(id);
    logits = state.feed(Uint16Array.of(id));
  }
  state.dispose();
  return out;
}

export function textIds({ manifest }: Blt, text: string): Uint16Array {
  return Uint16Array.of(
    manifest.bos,
    ...Array.from(new TextEncoder().encode(text), (byte) => byte + manifest.idOffset),
  );
}
