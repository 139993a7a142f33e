/** A model package in memory: checked once, at the door, and trusted from then on. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, type EngineInfo, type EngineOptions } from '../core/engine';
import { modelSize } from '../core/flops';
import { entropyReach, stretchBytes } from '../core/measuring';
import { graphEntries, inShort, parseManifest, thresholdNats, type BltManifest, type Manifest } from '../core/manifest';
import { measureHeader } from '../core/prompt';
import { place, type GraphFile, type Sessions } from './providers';
import { messageOf, Runtime } from './session';

const remedy = 'Download or export the model package again, or choose another folder.';

/** What it takes to run the graphs, of one architecture or of any. */
export interface Graphs<Of extends Manifest = Manifest> {
  readonly runtime: Runtime;
  readonly manifest: Of;
  readonly sessions: Sessions<Of>;
}

export function isBlt(graphs: Graphs): graphs is Graphs<BltManifest> {
  return graphs.manifest.architecture === 'blt';
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
    const graphs = graphEntries(manifest).map(([, graph]) => graph);
    const files = await readGraphs(modelDirectory, manifest);
    const { sessions, attempts, device } = place(runtime, manifest, files, executionProvider);
    return new Model(runtime, manifest, sessions, {
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
async function readGraphs(directory: string, manifest: Manifest): Promise<GraphFile[]> {
  const files: GraphFile[] = [];
  for (const [name, graph] of graphEntries(manifest)) {
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
    files.push({ name, path: file, bytes });
  }
  return files;
}

function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
