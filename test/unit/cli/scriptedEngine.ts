/** An engine that answers from a script and remembers what it was asked. */
import { encodeUtf8 } from '../../../src/core/bytes';
import type {
  CompleteRequest,
  CompleteResult,
  Engine,
  EngineInfo,
  EngineState,
  MeasureRequest,
  Measurement,
} from '../../../src/core/engine';
import { candidatesPerByte } from '../../../src/core/engine';

export const info: EngineInfo = {
  modelName: 'scripted',
  modelDirectory: 'somewhere/scripted',
  modelSha256: 'a'.repeat(64),
  packageBytes: 5_900_000,
  thresholdNats: 2,
  contextBytes: 512,
  size: undefined,
  patchBytes: null,
  headerIds: 2,
  entropyReach: 511,
  stretchBytes: 255,
  device: 'cpu',
  attempts: [
    { provider: 'webgpu', accepted: false, reason: 'no adapter' },
    { provider: 'cpu', accepted: true, reason: '' },
  ],
  loadMs: 12.5,
  node: '20.0.0',
  onnxruntime: '1.2.3',
};

export function result(text: string, more: Partial<CompleteResult> = {}): CompleteResult {
  const bytes = encodeUtf8(text);
  return {
    bytes,
    probabilities: new Float32Array(bytes.length).fill(1),
    confidences: new Float32Array(bytes.length).fill(1),
    stop: 'line-end',
    patches: 2,
    reusedBytes: 0,
    prefilledBytes: 7,
    firstByteMs: 4,
    ms: 4 + Math.max(0, bytes.length - 1),
    ...more,
  };
}

type Script = (request: CompleteRequest) => CompleteResult | Promise<CompleteResult>;

export class ScriptedEngine implements Engine {
  readonly state: EngineState = 'ready';
  readonly completions: CompleteRequest[] = [];
  readonly measured: [start: number, end: number][] = [];
  disposed = false;
  loadError: Error | undefined;

  constructor(
    private readonly script: Script = () => result('x'),
    /** Entropy of each byte, in nats. */
    private readonly natsOf: (byte: number, offset: number) => number = () => 0,
  ) {}

  load(): Promise<EngineInfo> {
    return this.loadError ? Promise.reject(this.loadError) : Promise.resolve(info);
  }

  async complete(request: CompleteRequest): Promise<CompleteResult> {
    this.completions.push(request);
    return this.script(request);
  }

  score(): Promise<never> {
    return Promise.reject(new Error('The script has no score'));
  }

  measure(
    { text, start, end }: MeasureRequest,
    _signal?: AbortSignal,
    onProgress?: (bytes: number) => void,
  ): Promise<Measurement> {
    this.measured.push([start, end]);
    onProgress?.((end - start) / 2);
    const entropyNats = Float32Array.from(text.subarray(start, end), (byte, i) => this.natsOf(byte, start + i));
    return Promise.resolve({
      start,
      entropyNats,
      surprisalNats: entropyNats,
      ranks: new Uint8Array(0),
      evaluatedBytes: 0,
      patchStart: Uint8Array.from(entropyNats, (nats, i) =>
        Number(start + i === 0 || nats > (info.thresholdNats ?? NaN)),
      ),
      candidateBytes: new Uint8Array(candidatesPerByte * entropyNats.length),
      candidateProbabilities: new Float32Array(candidatesPerByte * entropyNats.length),
      thresholdNats: info.thresholdNats,
    });
  }

  onStateChange() {
    return () => undefined;
  }

  dispose() {
    this.disposed = true;
  }
}
