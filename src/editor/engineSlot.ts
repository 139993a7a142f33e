/** The current engine. It is made at the first request, made anew after a restart or with other settings, and rests when idle. */
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
} from '../core/engine';
import { msPerByte } from '../core/status';

export class EngineSlot implements Engine {
  private engine: Engine | undefined;
  private stopListening = () => {};
  private readonly listeners = new Set<(state: EngineState) => void>();
  /** What is loaded, once it is. */
  info: EngineInfo | undefined;
  /** The last completion that was not empty, for the status bar and the report. */
  last: CompleteResult | undefined;
  /** What was asked for it. */
  lastRequest: CompleteRequest | undefined;
  /** Whether completions tell how they come about; only while somebody looks. */
  tracing = false;
  /** Milliseconds for each byte after the first one, of the last completion that had more than one. */
  byteMs: number | undefined;

  private working = 0;
  private idleTimer: NodeJS.Timeout | undefined;

  /** `idleMs`: after how long without a request the model leaves the memory; 0 keeps it. */
  constructor(
    private readonly create: () => Engine,
    private readonly idleMs: () => number = () => 0,
  ) {}

  get state(): EngineState {
    return this.engine?.state ?? 'idle';
  }

  async load(): Promise<EngineInfo> {
    const engine = this.current();
    const info = await this.worked(engine.load());
    if (engine === this.engine) {
      this.info = info;
      this.notify();
    }
    return info;
  }

  async complete(
    request: CompleteRequest,
    signal?: AbortSignal,
    onBytes?: (bytes: Uint8Array) => void,
  ): Promise<CompleteResult> {
    const engine = this.started();
    const asked = this.tracing ? { ...request, trace: true } : request;
    const result = await this.worked(engine.complete(asked, signal, onBytes));
    if (engine === this.engine && result.bytes.length > 0) {
      this.last = result;
      this.lastRequest = request;
      this.byteMs = msPerByte(result) ?? this.byteMs;
      this.notify();
    }
    return result;
  }

  score(request: ScoreRequest, signal?: AbortSignal): Promise<ScoreResult> {
    return this.worked(this.started().score(request, signal));
  }

  measure(request: MeasureRequest, signal?: AbortSignal, onProgress?: (bytes: number) => void): Promise<Measurement> {
    return this.worked(this.started().measure(request, signal, onProgress));
  }

  onStateChange(listener: (state: EngineState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ends the model process and so gives its memory back; the next request starts a new one. */
  reset(): void {
    clearTimeout(this.idleTimer);
    this.stopListening();
    this.stopListening = () => {};
    this.engine?.dispose();
    this.engine = undefined;
    this.info = undefined;
    this.last = undefined;
    this.lastRequest = undefined;
    this.byteMs = undefined;
    this.notify();
  }

  dispose(): void {
    this.listeners.clear();
    this.reset();
  }

  /** The engine for a request. The first one also asks what is loaded; if that fails, the request will say why. */
  private started(): Engine {
    if (!this.engine) this.load().catch(() => {});
    return this.current();
  }

  private current(): Engine {
    if (!this.engine) {
      this.engine = this.create();
      this.stopListening = this.engine.onStateChange(() => {
        this.info = this.engine?.info ?? this.info;
        this.notify();
      });
    }
    return this.engine;
  }

  /** Starts to count the idle time anew when nothing is asked any more. */
  private async worked<Out>(request: Promise<Out>): Promise<Out> {
    this.working++;
    clearTimeout(this.idleTimer);
    try {
      return await request;
    } finally {
      this.working--;
      this.rest();
    }
  }

  /** Counts the idle time from now on, for example because its limit has changed. */
  rest(): void {
    clearTimeout(this.idleTimer);
    const ms = this.idleMs();
    if (this.working > 0 || !this.engine || ms <= 0) return;
    this.idleTimer = setTimeout(() => {
      this.reset();
    }, ms);
  }

  private notify(): void {
    for (const listener of this.listeners) listener(this.state);
  }
}
