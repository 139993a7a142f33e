/** An engine that answers as a test says: no process, no model. */
import type {
  CompleteRequest,
  CompleteResult,
  Engine,
  EngineInfo,
  EngineState,
  Measurement,
  MeasureRequest,
  ScoreRequest,
  ScoreResult,
} from '../../../src/core/engine';

export const scriptedInfo: EngineInfo = {
  modelName: 'scripted',
  modelDirectory: 'models/scripted',
  modelSha256: '00ff',
  packageBytes: 1_500_000,
  thresholdNats: 1.335,
  contextBytes: 1024,
  size: undefined,
  patchBytes: null,
  headerIds: 2,
  entropyReach: 511,
  stretchBytes: 255,
  device: 'cpu',
  attempts: [
    { provider: 'cuda', accepted: false, reason: 'there is no such card' },
    { provider: 'cpu', accepted: true, reason: 'it is always there' },
  ],
  loadMs: 12,
  node: '20.0.0',
  onnxruntime: '1.0.0',
};

export const scriptedResult: CompleteResult = {
  bytes: new TextEncoder().encode('done'),
  probabilities: new Float32Array(4).fill(1),
  confidences: new Float32Array(4).fill(1),
  stop: 'line-end',
  patches: 2,
  reusedBytes: 90,
  prefilledBytes: 10,
  firstByteMs: 4,
  ms: 10,
};

export interface Script {
  load?: () => Promise<EngineInfo>;
  complete?: Engine['complete'];
  score?: (request: ScoreRequest, signal?: AbortSignal) => Promise<ScoreResult>;
  measure?: (request: MeasureRequest, signal?: AbortSignal) => Promise<Measurement>;
}

export class ScriptedEngine implements Engine {
  state: EngineState = 'idle';
  disposed = false;
  readonly calls: string[] = [];
  private readonly listeners = new Set<(state: EngineState) => void>();

  constructor(private readonly script: Script = {}) {}

  setState(state: EngineState): void {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }

  load(): Promise<EngineInfo> {
    this.calls.push('load');
    return this.script.load?.() ?? Promise.resolve(scriptedInfo);
  }

  complete(
    request: CompleteRequest,
    signal?: AbortSignal,
    onBytes?: (bytes: Uint8Array) => void,
  ): Promise<CompleteResult> {
    this.calls.push('complete');
    return this.script.complete?.(request, signal, onBytes) ?? Promise.resolve(scriptedResult);
  }

  score(request: ScoreRequest, signal?: AbortSignal): Promise<ScoreResult> {
    this.calls.push('score');
    return this.script.score?.(request, signal) ?? Promise.reject(new Error('The script has no score'));
  }

  measure(request: MeasureRequest, signal?: AbortSignal): Promise<Measurement> {
    this.calls.push('measure');
    return this.script.measure?.(request, signal) ?? Promise.reject(new Error('The script has no measurement'));
  }

  onStateChange(listener: (state: EngineState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispose(): void {
    this.disposed = true;
  }
}
