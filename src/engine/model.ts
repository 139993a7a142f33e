/** A model package in memory: checked once, at the door, and trusted from then on. */

import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, type EngineInfo, type ProviderAttempt } from '../core/engine';
import { modelSize } from '../core/flops';
import { entropyReach, stretchBytes } from '../core/measuring';
import { graphEntries, inShort, parseManifest, thresholdNats, type BltManifest, type Manifest } from '../core/manifest';
import { measureHeader } from '../core/prompt';
import { chunkBytes } from './byteState';
import type { LoadMessage, Provider } from './protocol';
import {
  cpuSessions,
  cpuSessionsWhenNeeded,
  disposeAll,
  gpuSessions,
  type Gpu,
  type PackageFile,
  type PackageFiles,
  type Sessions,
} from './providers';
import { messageOf, Runtime } from './session';

/** A function, because the language is known only when the package is loaded. */
const remedy = () => l10n.t('Download or export the model package again, or choose another folder.');

/** What it takes to run the graphs, of one architecture or of any. */
export interface Graphs<Of extends Manifest = Manifest> {
  readonly runtime: Runtime;
  readonly manifest: Of;
  /** Of the CPU form; measuring uses them wherever the rest runs. */
  readonly sessions: Sessions<Of>;
  /** Where completions are computed instead, if that is a GPU. */
  readonly gpu?: Gpu | undefined;
}

export function isBlt(graphs: Graphs): graphs is Graphs<BltManifest> {
  return graphs.manifest.architecture === 'blt';
}

/** On the CPU, unless something else is said. */
export type LoadOptions = Pick<LoadMessage, 'modelDirectory'> & Partial<LoadMessage>;

export class Model implements Graphs {
  private constructor(
    readonly runtime: Runtime,
    readonly manifest: Manifest,
    readonly sessions: Sessions,
    public gpu: Gpu | undefined,
    public info: EngineInfo,
  ) {}

  static async load({
    modelDirectory,
    provider = 'cpu',
    mostRows = chunkBytes,
    attempts = [],
  }: LoadOptions): Promise<Model> {
    const started = performance.now();
    const runtime = await Runtime.load();
    const manifest = await readManifest(modelDirectory);
    const files = await readGraphs(modelDirectory, manifest, provider !== 'cpu');
    const graphs = graphEntries(manifest).map(([, graph]) => graph);
    const { gpu, tried } = onGpu(runtime, manifest, files, provider, mostRows, attempts);
    const create = gpu === undefined ? cpuSessions : cpuSessionsWhenNeeded;
    return new Model(runtime, manifest, create(runtime, manifest, files), gpu, {
      modelName: manifest.name,
      modelDirectory,
      modelSha256: sha256(graphs.map(({ sha256 }) => sha256).join('\n')),
      packageBytes: graphs.reduce((sum, { bytes }) => sum + bytes, 0),
      thresholdNats: thresholdNats(manifest),
      contextBytes: manifest.context.maxBytes,
      size: modelSize(manifest),
      patchBytes: manifest.patching.rule === 'fixed' ? manifest.patching.bytes : null,
      headerIds: measureHeader(manifest).length,
      entropyReach: entropyReach(manifest),
      stretchBytes: stretchBytes(manifest),
      device: gpu?.provider ?? 'cpu',
      attempts: tried,
      loadMs: performance.now() - started,
      node: process.versions.node,
      onnxruntime: runtime.version,
    });
  }

  /** Goes on with the CPU form. States of texts that were made before are of no use any more. */
  leaveGpu(reason: string): void {
    if (this.gpu === undefined) return;
    const { provider, sessions } = this.gpu;
    this.gpu = undefined;
    try {
      disposeAll(sessions);
    } catch {
      // Nothing can be given back to a device that is gone.
    }
    const kept = this.info.attempts.filter((attempt) => attempt.provider !== provider && attempt.provider !== 'cpu');
    this.info = {
      ...this.info,
      device: 'cpu',
      attempts: [...kept, ...takenOver(provider, `lost while it worked: ${reason}`)],
    };
  }

  dispose(): void {
    disposeAll(this.gpu?.sessions ?? {});
    disposeAll(this.sessions);
  }
}

/** The GPU form on a provider, if one is wanted and can be had; and what was tried. */
function onGpu(
  runtime: Runtime,
  manifest: Manifest,
  files: PackageFiles,
  provider: Provider,
  mostRows: number,
  attempts: readonly ProviderAttempt[],
): { gpu: Gpu | undefined; tried: readonly ProviderAttempt[] } {
  if (provider === 'cpu') {
    const asked = { provider, accepted: true, reason: 'asked for' };
    return { gpu: undefined, tried: attempts.length > 0 ? attempts : [asked] };
  }
  try {
    const form = manifest.architecture === 'blt' ? manifest.gpu : undefined;
    if (form === undefined) throw new Error(`${manifest.name} has no form for GPUs`);
    const sessions = gpuSessions(runtime, manifest as BltManifest, form, files, provider);
    return { gpu: { provider, form, sessions, mostRows }, tried: attempts };
  } catch (error) {
    const others = attempts.filter((attempt) => attempt.provider !== provider && attempt.provider !== 'cpu');
    return { gpu: undefined, tried: [...others, ...takenOver(provider, messageOf(error))] };
  }
}

/** That a provider has failed and the CPU does its work. */
export function takenOver(provider: Provider, reason: string): ProviderAttempt[] {
  return [
    { provider, accepted: false, reason },
    { provider: 'cpu', accepted: true, reason: `takes over from ${provider}` },
  ];
}

async function readManifest(directory: string): Promise<Manifest> {
  const file = path.join(directory, 'manifest.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const message = l10n.t('There is no model package: {0} cannot be read ({1}).', file, messageOf(error));
    throw new EngineError(`${message} ${remedy()}`, 'user');
  }
  const parsed = parseManifest(text);
  if ('manifest' in parsed) return parsed.manifest;
  const problems = inShort(parsed.problems);
  throw new EngineError(`${l10n.t('{0} does not describe a model package: {1}.', file, problems)} ${remedy()}`, 'user');
}

/** The bytes that were checked are the bytes that are loaded: nothing is read twice. */
async function readGraphs(directory: string, manifest: Manifest, withGpu: boolean): Promise<PackageFiles> {
  const files = new Map<string, PackageFile>();
  const gpu = manifest.architecture === 'blt' && withGpu ? Object.entries(manifest.gpu?.graphs ?? {}) : [];
  for (const [name, graph] of [
    ...graphEntries(manifest),
    ...gpu.map(([name, graph]) => [`gpu.${name}`, graph] as const),
  ]) {
    const file = path.join(directory, graph.file);
    const damaged = (what: string) => new EngineError(`${what} ${remedy()}`, 'user');
    let bytes: Uint8Array;
    try {
      bytes = await readFile(file);
    } catch (error) {
      throw damaged(l10n.t('{0} cannot be read ({1}).', file, messageOf(error)));
    }
    if (bytes.length !== graph.bytes) {
      throw damaged(l10n.t('{0} has {1} bytes, but manifest.json says {2}.', file, bytes.length, graph.bytes));
    }
    const sum = sha256(bytes);
    if (sum !== graph.sha256)
      throw damaged(l10n.t('{0} has the SHA-256 {1}, but manifest.json says {2}.', file, sum, graph.sha256));
    files.set(name, { path: file, sha256: sum, bytes });
  }
  return files;
}

function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
