/** What the model process does for its client: one model, one completion at a time, measuring while nobody completes. */

import type {
  CompleteRequest,
  CompleteResult,
  EngineInfo,
  EngineOptions,
  MeasureRequest,
  Measurement,
  ScoreRequest,
  ScoreResult,
} from '../core/engine';
import { EngineError } from '../core/engine';
import { collectGarbage } from './garbage';
import { Generator } from './generate';
import { Measuring } from './measure';
import { Model } from './model';
import { score } from './score';
import { StatePool } from './statePool';
import { Cancelled, turn, type Wanted } from './turn';

/** Memory for the states of texts that were completed before: two or three files with a full context each. */
const stateBytes = 64e6;

interface Loaded {
  readonly model: Model;
  readonly state: StatePool;
  readonly generator: Generator;
  readonly measuring: Measuring;
}

export class Inference {
  #loaded: Loaded | undefined;
  /** Settles, and never rejects, when the last completion that was asked for is over. */
  #completions: Promise<unknown> = Promise.resolve();
  #completing = 0;

  async load(options: EngineOptions): Promise<EngineInfo> {
    if (this.#loaded !== undefined)
      throw new EngineError('This process has a model already; another one needs its own.');
    const model = await Model.load(options);
    // The files that were read.
    collectGarbage();
    const state = new StatePool(model, stateBytes);
    this.#loaded = { model, state, generator: new Generator(model.manifest, state), measuring: new Measuring(model) };
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
