/**
 * One ONNX graph, run through the synchronous native binding. The public `InferenceSession.run` is this same call inside
 * a `setImmediate` and a promise; here it would cost as much as a small graph's run, several times per byte.
 */

import * as l10n from '@vscode/l10n';
import type { Tensor } from 'onnxruntime-common';
import type * as BindingModule from 'onnxruntime-node/dist/binding';
import type * as RuntimeModule from 'onnxruntime-node';
import { EngineError } from '../core/engine';
import type { Provider } from './protocol';
import { threadOptions } from './threads';

export type { Tensor } from 'onnxruntime-common';

type Binding = typeof BindingModule;
type NativeSession = InstanceType<Binding['binding']['InferenceSession']>;

/** An input or output: its name, its element type, and its shape with −1 for what varies. */
export interface Port {
  readonly name: string;
  readonly type: 'float32' | 'float16' | 'int64' | 'int32' | 'other';
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
      const message = l10n.t('ONNX Runtime cannot be loaded on {0}: {1}.', where, messageOf(error));
      throw new EngineError(`${message} ${l10n.t('Install the Bytewise package for this platform.')}`, 'user');
    }
  }
}

/** A file that a graph points to for its weights. */
export interface WeightFile {
  readonly path: string;
  readonly data: Uint8Array;
}

export interface GpuOptions {
  readonly weights: WeightFile;
  /** Outputs that stay on the device, where ONNX Runtime can keep them there. */
  readonly kept: readonly string[];
}

/** Whose outputs ONNX Runtime's Node binding can leave on the device. */
const keepsOutputs: readonly Provider[] = ['webgpu'];

export class GraphSession {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly #native: NativeSession;
  /** Asks for every output, in a fresh buffer: the binding would copy it into a new one even if we gave one. */
  readonly #fetches: Readonly<Record<string, null>>;

  private constructor(
    native: NativeSession,
    /** Whether some outputs stay on the device. */
    readonly keepsOutputs = false,
  ) {
    this.#native = native;
    this.inputs = native.inputMetadata.map(port);
    this.outputs = native.outputMetadata.map(port);
    this.#fetches = Object.fromEntries(this.outputs.map(({ name }) => [name, null]));
  }

  /** On the CPU. `threads`: what its package says. Throws whatever the runtime throws. */
  static create(runtime: Runtime, model: Uint8Array, threads?: number): GraphSession {
    return GraphSession.#load(runtime, model, {
      executionProviders: ['cpu'],
      ...threadOptions(threads),
      graphOptimizationLevel: 'all',
      // Both keep memory for shapes that come again; ours seldom do, and the time is the same.
      enableCpuMemArena: false,
      enableMemPattern: false,
    });
  }

  /** A graph of the GPU form. Where a node would fall back to the CPU, its creation throws instead. */
  static createForGpu(runtime: Runtime, model: Uint8Array, provider: Provider, gpu: GpuOptions): GraphSession {
    const kept = keepsOutputs.includes(provider) ? gpu.kept : [];
    return GraphSession.#load(runtime, model, {
      executionProviders: [provider],
      // One thread does all the work for a GPU.
      ...threadOptions(),
      graphOptimizationLevel: 'all',
      externalData: [gpu.weights],
      ...(provider !== 'cpu' && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
      ...(kept.length > 0 && {
        preferredOutputLocation: Object.fromEntries(kept.map((name) => [name, 'gpu-buffer' as const])),
      }),
    });
  }

  static #load(runtime: Runtime, model: Uint8Array, options: Parameters<NativeSession['loadModel']>[3]): GraphSession {
    const native = new runtime.binding.binding.InferenceSession();
    native.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, options);
    return new GraphSession(native, options.preferredOutputLocation !== undefined);
  }

  /**
   * Blocks this thread until the graph has run. `into` are outputs to be written in place. All outputs are fetched at every
   * run: with outputs on the device, ONNX Runtime 1.30 mixes them up after a run that fetched fewer.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    into?: Readonly<Record<string, Tensor>>,
  ): Readonly<Record<string, Tensor>> {
    return this.#native.run(feeds, into === undefined ? this.#fetches : { ...this.#fetches, ...into }, {});
  }

  dispose(): void {
    this.#native.dispose();
  }
}

/** By the numbers that ONNX gives to element types. */
const elementTypes: Readonly<Record<number, Port['type']>> = { 1: 'float32', 6: 'int32', 7: 'int64', 10: 'float16' };

function port(metadata: { name: string; type: number; shape: number[] }): Port {
  return { name: metadata.name, type: elementTypes[metadata.type] ?? 'other', shape: metadata.shape };
}

/** What an error says, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
}
