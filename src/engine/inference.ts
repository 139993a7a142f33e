/** What the model process does for its client: one model, one completion at a time, measuring while nobody completes. */

import type {
  CompleteRequest,
  CompleteResult,
  EngineInfo,
  EngineOptions,
  MeasureRequest,
  Measurement,
} from '../core/engine';
import { EngineError } from '../core/engine';
import { BltState } from './bltState';
import { Generator } from './generate';
import { measure } from './measure';
import { Model } from './model';
import { Cancelled, turn, type Wanted } from './turn';

export class Inference {
  #loaded: { readonly model: Model; readonly generator: Generator } | undefined;
  /** Settles, and never rejects, when the last completion that was asked for is over. */
  #completions: Promise<unknown> = Promise.resolve();
  #completing = 0;

  async load(options: EngineOptions): Promise<EngineInfo> {
    if (this.#loaded !== undefined)
      throw new EngineError('This process has a model already; another one needs its own.');
    const model = await Model.load(options);
    this.#loaded = { model, generator: new Generator(model.manifest, new BltState(model)) };
    return model.info;
  }

  /** Waits for the completion before it, which has most likely been cancelled. */
  async complete(request: CompleteRequest, wanted: Wanted): Promise<CompleteResult> {
    const { generator } = this.#ready();
    this.#completing++;
    const result = this.#completions.then(() => {
      if (wanted.isCancellationRequested) throw new Cancelled();
      return generator.complete(request, wanted);
    });
    this.#completions = result.catch(() => undefined).finally(() => this.#completing--);
    return result;
  }

  /** Completions go first: somebody is waiting for them while typing. */
  async measure(request: MeasureRequest, wanted: Wanted, onProgress?: (bytes: number) => void): Promise<Measurement> {
    const pause = async () => {
      do {
        await turn(wanted);
        if (this.#completing > 0) await this.#completions;
      } while (this.#completing > 0);
    };
    return measure(this.#ready().model, request, wanted, { pause, ...(onProgress && { onProgress }) });
  }

  #ready() {
    if (this.#loaded === undefined) throw new EngineError('A request came before a model was loaded.');
    return this.#loaded;
  }
}
