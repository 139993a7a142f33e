/** The sessions of a package: of its CPU form, and of its GPU form on an execution provider. */

import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EngineError } from '../core/engine';
import {
  graphEntries,
  inShort,
  type BltManifest,
  type GpuForm,
  type GpuGraphName,
  type GraphName,
  type Manifest,
} from '../core/manifest';
import { cacheNames } from './gpuStack';
import { gpuPortProblems, portProblems } from './graphPorts';
import type { Provider } from './protocol';
import { GraphSession, messageOf, type Runtime } from './session';

export type Sessions<Of extends Manifest = Manifest> = Of extends Manifest
  ? Readonly<Record<GraphName<Of>, GraphSession>>
  : never;

/** A file of a package, as it was when it was checked. */
export interface PackageFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** By the names that the manifest gives to the graphs; those of the GPU form are `gpu.` and a name. */
export type PackageFiles = ReadonlyMap<string, PackageFile>;

/** The GPU form at work. */
export interface Gpu {
  readonly provider: Provider;
  readonly form: GpuForm;
  readonly sessions: Readonly<Record<GpuGraphName, GraphSession>>;
  /** Rows that one run may have for its numbers to be right. */
  readonly mostRows: number;
}

/** A function, because the language is known only when the package is loaded. */
const remedy = () => l10n.t('Export the model package again.');

/** Made at once, so that a package that does not fit is refused at the door. */
export function cpuSessions(runtime: Runtime, manifest: Manifest, files: PackageFiles): Sessions {
  const sessions: Partial<Record<GraphName, GraphSession>> = {};
  try {
    for (const name of names(manifest)) sessions[name] = cpuSession(runtime, manifest, name, fileOf(files, name));
    return sessions as Sessions;
  } catch (error) {
    disposeAll(sessions);
    throw error;
  }
}

/** Each made when it is first asked for: while a GPU works, the CPU's copies of the weights would lie there in vain. */
export function cpuSessionsWhenNeeded(runtime: Runtime, manifest: Manifest, files: PackageFiles): Sessions {
  const made: Partial<Record<GraphName, GraphSession>> = {};
  const whenNeeded = names(manifest).map((name) => {
    const { path, sha256 } = fileOf(files, name);
    const get = () => (made[name] ??= cpuSession(runtime, manifest, name, readAgain(path, sha256)));
    return [name, { get, enumerable: false }] as const;
  });
  // Only those that were made can be disposed of.
  return Object.defineProperties(made, Object.fromEntries(whenNeeded)) as Sessions;
}

/** Throws if the provider cannot be used, or cannot run every node of every graph. */
export function gpuSessions(
  runtime: Runtime,
  manifest: BltManifest,
  form: GpuForm,
  files: PackageFiles,
  provider: Provider,
): Gpu['sessions'] {
  const available = runtime.binding.binding.listSupportedBackends().map(({ name }) => name);
  if (!available.includes(provider)) {
    throw new Error(`ONNX Runtime does not offer it on ${process.platform}-${process.arch}`);
  }
  const sessions: Partial<Record<GpuGraphName, GraphSession>> = {};
  try {
    for (const [name, graph] of Object.entries(form.graphs) as [GpuGraphName, GpuForm['graphs'][GpuGraphName]][]) {
      const { path, bytes } = fileOf(files, `gpu.${name}`);
      const donor = [...files.values()].find((file) => file.path.endsWith(graph.weightsIn));
      if (donor?.sha256 !== graph.weightsSha256) {
        throw new Error(`${path} has its weights in ${graph.weightsIn}, but as that file was before. ${remedy()}`);
      }
      const session = GraphSession.createForGpu(runtime, bytes, name === 'lookup' ? 'cpu' : provider, {
        weights: { path: graph.weightsIn, data: donor.bytes },
        kept: name === 'lookup' ? [] : cacheNames(manifest.stacks[name]),
      });
      sessions[name] = session;
      const problems = gpuPortProblems(name, manifest, session);
      if (problems.length > 0) throw new Error(`${path} does not fit its manifest.json: ${inShort(problems)}`);
    }
    return sessions as Gpu['sessions'];
  } catch (error) {
    disposeAll(sessions);
    throw error;
  }
}

export function disposeAll(sessions: Readonly<Partial<Record<string, GraphSession>>>): void {
  for (const session of Object.values(sessions)) session?.dispose();
}

const names = (manifest: Manifest) => Object.keys(manifest.graphs) as GraphName[];

function fileOf(files: PackageFiles, name: string): PackageFile {
  const file = files.get(name);
  if (file === undefined) throw new Error(`The package has no graph ${name}.`);
  return file;
}

function readAgain(path: string, sha256: string): PackageFile {
  const bytes = readFileSync(path);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new EngineError(l10n.t('{0} has changed since the model was loaded. Restart the engine.', path), 'user');
  }
  return { path, sha256, bytes };
}

function cpuSession(runtime: Runtime, manifest: Manifest, name: GraphName, file: PackageFile): GraphSession {
  let session: GraphSession;
  try {
    const [, { threads } = {}] = graphEntries(manifest).find(([graph]) => graph === name) ?? [];
    session = GraphSession.create(runtime, file.bytes, threads);
  } catch (error) {
    const message = l10n.t(
      '{0} is no ONNX graph that ONNX Runtime {1} can load ({2}).',
      file.path,
      runtime.version,
      messageOf(error),
    );
    throw new EngineError(`${message} ${remedy()}`, 'user');
  }
  const problems = portProblems(name, manifest, session);
  if (problems.length === 0) return session;
  session.dispose();
  const message = l10n.t('{0} does not fit its manifest.json: {1}.', file.path, inShort(problems));
  throw new EngineError(`${message} ${remedy()}`, 'user');
}
