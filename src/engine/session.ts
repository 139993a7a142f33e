/**
 * One ONNX graph, run through the synchronous native binding. The public `InferenceSession.run` is this same call inside
 * a `setImmediate` and a promise; here it would cost as much as a small graph's run, several times per byte.
 */

import type { Tensor } from 'onnxruntime-common';
import type * as BindingModule from 'onnxruntime-node/dist/binding';
import type * as RuntimeModule from 'onnxruntime-node';
import { EngineError, type ExecutionProvider } from '../core/engine';

export type { Tensor } from 'onnxruntime-common';

export type Provider = Exclude<ExecutionProvider, 'auto'>;
type Binding = typeof BindingModule;
type NativeSession = InstanceType<Binding['binding']['InferenceSession']>;

/** An input or output: its name, its element type, and its shape with −1 for what varies. */
export interface Port {
  readonly name: string;
  readonly type: 'float32' | 'int64' | 'other';
  readonly shape: readonly number[];
}

/** The native runtime, loaded once. */
export class Runtime {
  static #loaded: Promise<Runtime> | undefined;

  private constructor(
    readonly version: string,
    readonly binding: Binding,
    readonly Tensor: typeof RuntimeModule.Tensor,
  ) {}

  static load(): Promise<Runtime> {
    return (Runtime.#loaded ??= Runtime.#load());
  }

  static async #load(): Promise<Runtime> {
    try {
      const [runtime, binding] = await Promise.all([
        import('onnxruntime-node'),
        import('onnxruntime-node/dist/binding.js') as Promise<Binding>,
      ]);
      // Warnings about a provider that is missing would only repeat what `EngineInfo.attempts` says.
      runtime.env.logLevel = 'error';
      binding.initOrt();
      const session = binding.binding.InferenceSession.prototype as Partial<NativeSession> | undefined;
      const expected = ['loadModel', 'run', 'dispose'] as const;
      const missing = expected.filter((name) => typeof session?.[name] !== 'function');
      if (missing.length > 0) throw new Error(`its binding has no ${missing.join(', ')}`);
      return new Runtime(runtime.env.versions.node ?? 'unknown', binding, runtime.Tensor);
    } catch (error) {
      const where = `${process.platform}-${process.arch}`;
      throw new EngineError(
        `ONNX Runtime cannot be loaded on ${where}: ${messageOf(error)}. Install the Bytewise package for this platform.`,
        'user',
      );
    }
  }
}

export class GraphSession {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly #native: NativeSession;
  /** Asks for every output, in a fresh buffer: the binding would copy it into a new one even if we gave one. */
  readonly #fetches: Readonly<Record<string, null>>;

  private constructor(native: NativeSession) {
    this.#native = native;
    this.inputs = native.inputMetadata.map(port);
    this.outputs = native.outputMetadata.map(port);
    this.#fetches = Object.fromEntries(this.outputs.map(({ name }) => [name, null]));
  }

  /** Throws whatever the runtime throws. More than one thread only pays for models far larger than ours. */
  static create(runtime: Runtime, model: Uint8Array, provider: Provider): GraphSession {
    const native = new runtime.binding.binding.InferenceSession();
    native.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, {
      executionProviders: [provider],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Both keep memory for shapes that come again; ours seldom do, and the time is the same.
      enableCpuMemArena: false,
      enableMemPattern: false,
    });
    return new GraphSession(native);
  }

  /** Blocks this thread until the graph has run. */
  run(feeds: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> {
    return this.#native.run(feeds, this.#fetches, {});
  }

  dispose(): void {
    this.#native.dispose();
  }
}

function port(metadata: { name: string; type: number; shape: number[] }): Port {
  const type = metadata.type === 1 ? 'float32' : metadata.type === 7 ? 'int64' : 'other';
  return { name: metadata.name, type, shape: metadata.shape };
}

/** What an error says, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
}
