/** Where the graphs run: the provider that was asked for if it works and computes right, else the CPU. */

import { EngineError, type EngineOptions, type ProviderAttempt } from '../core/engine';
import { inShort, type GraphName, type Manifest } from '../core/manifest';
import { emptyState } from './architectures';
import { portProblems } from './graphPorts';
import { GraphSession, messageOf, type Provider, type Runtime } from './session';

export type Sessions<Of extends Manifest = Manifest> = Of extends Manifest
  ? Readonly<Record<GraphName<Of>, GraphSession>>
  : never;

/** A graph's bytes, and where they come from. */
export interface GraphFile {
  readonly name: GraphName;
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Placement {
  readonly sessions: Sessions;
  readonly device: Provider;
  readonly attempts: readonly ProviderAttempt[];
}

const remedy = 'Export the model package again.';

/** Logits may differ this much from those of the CPU, as a share of the greatest one. */
const tolerance = 0.01;

export function place(
  runtime: Runtime,
  manifest: Manifest,
  files: readonly GraphFile[],
  wanted: EngineOptions['executionProvider'],
): Placement {
  const cpu = createSessions(runtime, manifest, files, 'cpu');
  const onCpu = (reason: string, failed: readonly ProviderAttempt[] = []): Placement => ({
    sessions: cpu,
    device: 'cpu',
    attempts: [...failed, { provider: 'cpu', accepted: true, reason }],
  });
  if (wanted === 'auto') return onCpu('the fastest for a model of this size');
  if (wanted === 'cpu') return onCpu('asked for');
  try {
    const { sessions, reason } = tryProvider(runtime, manifest, files, wanted, cpu);
    disposeAll(cpu);
    return { sessions, device: wanted, attempts: [{ provider: wanted, accepted: true, reason }] };
  } catch (error) {
    const failed = { provider: wanted, accepted: false, reason: messageOf(error) };
    return onCpu(`takes over from ${wanted}`, [failed]);
  }
}

/** Sessions on a provider, once their numbers have been compared with those of the CPU; throws if they do not agree. */
function tryProvider(
  runtime: Runtime,
  manifest: Manifest,
  files: readonly GraphFile[],
  provider: Exclude<Provider, 'cpu'>,
  cpu: Sessions,
): { sessions: Sessions; reason: string } {
  const available = runtime.binding.binding.listSupportedBackends().map(({ name }) => name);
  if (!available.includes(provider)) {
    throw new Error(`ONNX Runtime does not offer it on ${process.platform}-${process.arch}`);
  }
  const sessions = createSessions(runtime, manifest, files, provider);
  try {
    const there = probe(runtime, manifest, sessions);
    const right = probe(runtime, manifest, cpu);
    const difference = greatestDifference(right.logits, there.logits);
    if (!(difference <= tolerance)) throw new Error(`it computes wrong logits, off by ${difference.toFixed(3)}`);
    const speed = `${there.msPerByte.toFixed(2)} ms per byte, the CPU ${right.msPerByte.toFixed(2)} ms`;
    return { sessions, reason: `asked for: ${speed}` };
  } catch (error) {
    disposeAll(sessions);
    throw error;
  }
}

function createSessions(
  runtime: Runtime,
  manifest: Manifest,
  files: readonly GraphFile[],
  provider: Provider,
): Sessions {
  const sessions: Partial<Record<GraphName, GraphSession>> = {};
  try {
    for (const file of files) {
      const session = createSession(runtime, file, provider);
      sessions[file.name] = session;
      const problems = portProblems(file.name, manifest, session);
      if (problems.length > 0) {
        throw new EngineError(`${file.path} does not fit its manifest.json: ${inShort(problems)}. ${remedy}`, 'user');
      }
    }
    return sessions as Sessions;
  } catch (error) {
    disposeAll(sessions);
    throw error;
  }
}

function createSession(runtime: Runtime, file: GraphFile, provider: Provider): GraphSession {
  try {
    return GraphSession.create(runtime, file.bytes, provider);
  } catch (error) {
    // The CPU has been tried before any other provider, so then the file is not to blame.
    if (provider !== 'cpu') throw error;
    throw new EngineError(
      `${file.path} is no ONNX graph that ONNX Runtime ${runtime.version} can load (${messageOf(error)}). ${remedy}`,
      'user',
    );
  }
}

function disposeAll(sessions: Partial<Record<GraphName, GraphSession>>): void {
  for (const session of Object.values(sessions)) session.dispose();
}

interface Probe {
  readonly logits: Float32Array;
  readonly msPerByte: number;
}

/** Reads a few bytes at once and then a few one by one: some providers are right in one way and wrong in the other. */
function probe(runtime: Runtime, manifest: Manifest, sessions: Sessions): Probe {
  const state = emptyState({ runtime, manifest, sessions });
  const ids = Uint16Array.from({ length: 64 }, (_, i) =>
    i === 0 ? manifest.bos : 97 + ((7 * i) % 26) + manifest.idOffset,
  );
  const whole = state.feedChunk(ids.subarray(0, 48));
  const logits = [...whole];
  const started = performance.now();
  for (let i = 48; i < 64; i++) logits.push(...state.feedChunk(ids.subarray(i, i + 1)));
  return { logits: Float32Array.from(logits), msPerByte: (performance.now() - started) / 16 };
}

/** The greatest difference as a share of the greatest absolute value; NaN if there is one. */
function greatestDifference(right: Float32Array, other: Float32Array): number {
  let difference = 0;
  let scale = 0;
  right.forEach((value, i) => {
    difference = Math.max(difference, Math.abs(value - (other[i] as number)));
    scale = Math.max(scale, Math.abs(value));
  });
  return difference / scale;
}
