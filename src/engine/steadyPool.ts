/** States on a device that may be lost: what was read is then read again on the CPU, and nobody who asks notices. */

import type { EngineInfo } from '../core/engine';
import { chunkBytes } from './byteState';
import { DeviceLost } from './gpuStack';
import type { Model } from './model';
import { StatePool } from './statePool';

export class SteadyPool extends StatePool {
  /** `onMoved` hears what is loaded once the model has moved to the CPU. */
  constructor(
    private readonly movable: Model,
    budgetBytes: number,
    private readonly onMoved: (info: EngineInfo) => void,
  ) {
    super(movable, budgetBytes);
  }

  override feedChunk(ids: Uint16Array): Float32Array {
    const { fed } = this;
    try {
      return super.feedChunk(ids);
    } catch (error) {
      this.#move(error);
      for (const known of chunksOf(fed)) super.feedChunk(known);
      return super.feedChunk(ids);
    }
  }

  override async read(ids: Uint16Array, pause: () => Promise<void>): Promise<Float32Array> {
    const { fed } = this;
    try {
      return await super.read(ids, pause);
    } catch (error) {
      this.#move(error);
      return super.read(Uint16Array.of(...fed, ...ids), pause);
    }
  }

  #move(error: unknown): void {
    if (!(error instanceof DeviceLost)) throw error;
    this.movable.leaveGpu(error.message);
    this.clear();
    this.onMoved(this.movable.info);
  }
}

function* chunksOf(ids: Uint16Array): Generator<Uint16Array> {
  for (let at = 0; at < ids.length; at += chunkBytes) yield ids.subarray(at, at + chunkBytes);
}
