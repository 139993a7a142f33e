/** What the model process does for its client: one model, one completion at a time, measuring while nobody completes. */

import type {
  CompleteRequest,
  CompleteResult,
  EngineInfo,
  MeasureRequest,
  Measurement,
  ScoreRequest,
  ScoreResult,
} from '../core/engine';
import { EngineError } from '../core/engine';
import { collectGarbage } from './garbage';
import { Generator } from './generate';
import { Measuring } from './measure';
import { Model, type LoadOptions } from './model';
import { score } from './score';
import { SteadyPool } from './steadyPool';
import { Cancelled, turn, type Wanted } from './turn';

/** Memory for the states of texts that were completed before: two or three files with a full context each. */
const stateBytes = 64e6;

interface Loaded {
  readonly model: Model;
  readonly state: SteadyPool;
  readonly generator: Generator;
  readonly measuring: Measuring;
}

export class Inference {
  #loaded: Loaded | undefined;
  /** Settles, and never rejects, when the last completion that was asked for is over. */
  #completions: Promise<unknown> = Promise.resolve();
  #completing = 0;
  /** Hears what is loaded when the model has moved to another device. */
  onMoved: ((info: EngineInfo) => void) | undefined;

  async load(options: LoadOptions): Promise<EngineInfo> {
    if (this.#loaded !== undefined)
      throw new EngineError('This process has a model already; another one needs its own.');
    const model = await Model.load(options);
    // The files that were read.
    collectGarbage();
    const state = new SteadyPool(model, stateBytes, (info) => this.onMoved?.(info));
    // On the CPU in any case: documents are longer than what a GPU keeps of a text, and their numbers stay the same everywhere.
    const { runtime, manifest, sessions } = model;
    const measuring = new Measuring({ runtime, manifest, sessions });
    this.#loaded = { model, state, generator: new Generator(model.manifest, state), measuring };
    return model.info;
  }

  complete(request: CompleteRequest, wanted: Wanted, onBytes?: (bytes: Uint8Array) => void): Promise<CompleteResult> {
    return this.#queued(({ generator }) => generator.complete(request, wanted, onBytes), wanted);
  }

  score(request: ScoreRequest, wanted: Wanted): Promise<ScoreResult> {
    return this.#queued(({ model, state }) => score(model.manifest, state, request, wanted), wanted);
  }

  /** Completions go first: somebody is waiting for them while typing. */
  async measure(request: MeasureRequest, wanted: Wanted, onProgress?: (bytes: number) => void): Promise<Measurement> {
    const pause = async () => {
      do {
        await turn(wanted);
        if (this.#completing > 0) await this.#completions;
      } while (this.#completing > 0);
    };
    return this.#ready().measuring.measure(request, wanted, { pause, ...(onProgress && { onProgress }) });
  }

  /** Waits for the completion before it, which has most likely been cancelled: they share the states. */
  async #queued<Out>(work: (loaded: Loaded) => Promise<Out>, wanted: Wanted): Promise<Out> {
    const loaded = this.#ready();
    this.#completing++;
    const result = this.#completions.then(() => {
      if (wanted.isCancellationRequested) throw new Cancelled();
      return work(loaded);
    });
    this.#completions = result.catch(() => undefined).finally(() => this.#completing--);
    return result;
  }

  #ready(): Loaded {
    if (this.#loaded === undefined) throw new EngineError('A request came before a model was loaded.');
    return this.#loaded;
  }
}
