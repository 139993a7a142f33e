/** A model package in memory: checked once, at the door, and trusted from then on. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, type EngineInfo, type EngineOptions } from '../core/engine';
import { graphNames, inShort, parseManifest, type GraphName, type Manifest } from '../core/manifest';
import { place, type GraphFile, type GraphFiles, type Sessions } from './providers';
import { messageOf, Runtime } from './session';

const remedy = 'Download or export the model package again, or choose another folder.';

/** What it takes to run the graphs. */
export interface Graphs {
  readonly runtime: Runtime;
  readonly manifest: Manifest;
  readonly sessions: Sessions;
}

export class Model implements Graphs {
  private constructor(
    readonly runtime: Runtime,
    readonly manifest: Manifest,
    readonly sessions: Sessions,
    readonly info: EngineInfo,
  ) {}

  static async load({ modelDirectory, executionProvider }: EngineOptions): Promise<Model> {
    const started = performance.now();
    const runtime = await Runtime.load();
    const manifest = await readManifest(modelDirectory);
    const files = await readGraphs(modelDirectory, manifest);
    const { sessions, attempts, device } = place(runtime, manifest, files, executionProvider);
    return new Model(runtime, manifest, sessions, {
      modelName: manifest.name,
      modelDirectory,
      modelSha256: sha256(graphNames.map((name) => manifest.graphs[name].sha256).join('\n')),
      packageBytes: graphNames.reduce((sum, name) => sum + manifest.graphs[name].bytes, 0),
      thresholdNats: manifest.patching.thresholdNats,
      contextBytes: manifest.context.maxBytes,
      device,
      attempts,
      loadMs: performance.now() - started,
      node: process.versions.node,
      onnxruntime: runtime.version,
    });
  }

  dispose(): void {
    for (const session of Object.values(this.sessions)) session.dispose();
  }
}

async function readManifest(directory: string): Promise<Manifest> {
  const file = path.join(directory, 'manifest.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new EngineError(`There is no model package: ${file} cannot be read (${messageOf(error)}). ${remedy}`, 'user');
  }
  const parsed = parseManifest(text);
  if ('manifest' in parsed) return parsed.manifest;
  const problems = inShort(parsed.problems);
  throw new EngineError(`${file} does not describe a model package: ${problems}. ${remedy}`, 'user');
}

/** The bytes that were checked are the bytes that are loaded: nothing is read twice. */
async function readGraphs(directory: string, manifest: Manifest): Promise<GraphFiles> {
  const files: Partial<Record<GraphName, GraphFile>> = {};
  for (const name of graphNames) {
    const graph = manifest.graphs[name];
    const file = path.join(directory, graph.file);
    const damaged = (what: string) => new EngineError(`${file} ${what}. ${remedy}`, 'user');
    let bytes: Uint8Array;
    try {
      bytes = await readFile(file);
    } catch (error) {
      throw damaged(`cannot be read (${messageOf(error)})`);
    }
    if (bytes.length !== graph.bytes) {
      throw damaged(`has ${bytes.length} bytes, but manifest.json says ${graph.bytes}`);
    }
    const sum = sha256(bytes);
    if (sum !== graph.sha256) throw damaged(`has the SHA-256 ${sum}, but manifest.json says ${graph.sha256}`);
    files[name] = { path: file, bytes };
  }
  return files as GraphFiles;
}

function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
