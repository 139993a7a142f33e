/** The current engine. It is made at the first request, and made anew after a restart or with other settings. */
import type {
  CompleteRequest,
  CompleteResult,
  Engine,
  EngineInfo,
  EngineState,
  Measurement,
  MeasureRequest,
} from '../core/engine';

export class EngineSlot implements Engine {
  private engine: Engine | undefined;
  private stopListening = () => {};
  private readonly listeners = new Set<(state: EngineState) => void>();
  /** What is loaded, once it is. */
  info: EngineInfo | undefined;
  /** The last completion that was not empty, for the status bar and the report. */
  last: CompleteResult | undefined;

  constructor(private readonly create: () => Engine) {}

  get state(): EngineState {
    return this.engine?.state ?? 'idle';
  }

  async load(): Promise<EngineInfo> {
    const engine = this.current();
    const info = await engine.load();
    if (engine === this.engine) {
      this.info = info;
      this.notify();
    }
    return info;
  }

  async complete(request: CompleteRequest, signal?: AbortSignal): Promise<CompleteResult> {
    const engine = this.started();
    const result = await engine.complete(request, signal);
    if (engine === this.engine && result.bytes.length > 0) {
      this.last = result;
      this.notify();
    }
    return result;
  }

  measure(request: MeasureRequest, signal?: AbortSignal, onProgress?: (bytes: number) => void): Promise<Measurement> {
    return this.started().measure(request, signal, onProgress);
  }

  onStateChange(listener: (state: EngineState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ends the model process; the next request starts a new one. */
  reset(): void {
    this.stopListening();
    this.stopListening = () => {};
    this.engine?.dispose();
    this.engine = undefined;
    this.info = undefined;
    this.last = undefined;
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
        this.notify();
      });
    }
    return this.engine;
  }

  private notify(): void {
    for (const listener of this.listeners) listener(this.state);
  }
}
