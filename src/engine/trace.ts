/** Notes how a completion comes about, if somebody has asked for that. */

import {
  candidatesPerByte,
  type CompletionTrace,
  type EnginePart,
  type PartTimes,
  type TraceStep,
} from '../core/engine';
import type { Manifest } from '../core/manifest';
import { entropyNats, logPartition, startsPatch, writeCandidates } from '../core/patcher';
import type { ByteState } from './byteState';

/** A byte that was chosen: the prediction [vocabulary] that it was chosen by, and that of the model alone. */
export interface Choice {
  readonly byte: number;
  readonly logLikelihoods: Float32Array;
  readonly logits: Float32Array;
  /** Ids before it. */
  readonly position: number;
  /** Bytes so far that had been read ahead. */
  readonly accepted: number;
}

export class Tracer {
  readonly #steps: TraceStep[] = [];
  #promptMs: PartTimes = {};
  #ms: Partial<Record<EnginePart, number>> = {};
  #accepted = 0;

  /** Listens to the state until `end`. */
  constructor(
    private readonly manifest: Manifest,
    private readonly state: Pick<ByteState, 'onPart' | 'entropyAfter'>,
  ) {
    state.onPart = (part, ms) => {
      this.#ms[part] = (this.#ms[part] ?? 0) + ms;
    };
  }

  /** Does something and counts its time as copying. */
  copying<Out>(work: () => Out): Out {
    const started = performance.now();
    const result = work();
    this.#ms.copying = (this.#ms.copying ?? 0) + performance.now() - started;
    return result;
  }

  promptRead(): void {
    this.#promptMs = this.#lap();
  }

  /** `said`: how many of the chosen bytes became the completion is not known before its end. */
  chosen({ byte, logLikelihoods, logits, position, accepted }: Choice): void {
    const { vocabulary, idOffset } = this.manifest;
    const candidateBytes = new Uint8Array(candidatesPerByte);
    const candidateProbabilities = new Float32Array(candidatesPerByte);
    const prediction = { logits: logLikelihoods, at: 0, vocabulary };
    writeCandidates(prediction, idOffset, candidatesPerByte, candidateBytes, candidateProbabilities, 0, 0);
    const own = { logits, at: 0, vocabulary };
    const entropy = this.state.entropyAfter(position);
    this.#steps.push({
      byte,
      said: true,
      probability: Math.exp(logLikelihoods[byte + idOffset] as number),
      modelProbability: Math.exp((logits[byte + idOffset] as number) - logPartition(own)),
      candidateBytes,
      candidateProbabilities,
      entropyNats: entropy ?? entropyNats(own),
      startsPatch: this.#startsPatch(position, entropy),
      readAhead: accepted > this.#accepted,
      ms: this.#lap(),
    });
    this.#accepted = accepted;
  }

  #startsPatch(position: number, entropy = 0): boolean {
    const { patching } = this.manifest;
    if (patching.rule === 'fixed') return position % patching.bytes === 0;
    return startsPatch(position, entropy, patching.thresholdNats);
  }

  #lap(): PartTimes {
    const ms = this.#ms;
    this.#ms = {};
    return ms;
  }

  /** The trace of a completion that has `said` bytes. */
  trace(said: number): CompletionTrace {
    return {
      promptMs: this.#promptMs,
      steps: this.#steps.map((step, i) => (i < said ? step : { ...step, said: false })),
    };
  }

  /** Lets go of the state, whatever has happened. */
  end(): void {
    this.state.onPart = undefined;
  }
}
