/** The doorbell of the model process: starts it when it is needed, passes requests on, says why it died. */

import * as l10n from '@vscode/l10n';
import { CancellationTokenSource, type CancellationToken } from 'vscode-jsonrpc/node';
import {
  EngineError,
  type CompleteRequest,
  type CompleteResult,
  type Engine,
  type EngineInfo,
  type EngineOptions,
  type EngineState,
  type Measurement,
  type MeasureRequest,
  type ScoreRequest,
  type ScoreResult,
} from '../core/engine';
import { ModelProcess } from './modelProcess';
import { Placement } from './placement';
import {
  aborted,
  completeProgress,
  completeRequest,
  fromReply,
  measureProgress,
  measureRequest,
  movedNotification,
  scoreRequest,
} from './protocol';

/** A process that dies so often within so many milliseconds is not started again until somebody asks for it. */
const mostDeaths = 3;
const deathsWithinMs = 60_000;

interface Running {
  readonly process: ModelProcess;
  readonly info: Promise<EngineInfo>;
  /** Rejects when the process is gone. */
  readonly gone: Promise<never>;
}

/** Why a request failed that can be asked again on the CPU. */
class GpuProcessDied extends EngineError {}

export class EngineClient implements Engine {
  readonly #listeners = new Set<(state: EngineState) => void>();
  #state: EngineState = 'idle';
  #running: Running | undefined;
  /** Why requests fail without being tried. */
  #refusal: EngineError | undefined;
  #deaths: number[] = [];
  #waiting = 0;
  #disposed = false;
  readonly #placement: Placement;
  /** Whether the model is to run elsewhere from the next moment on in which nobody waits for it. */
  #movesWhenIdle = false;

  /** `programFile` is the bundle of process.ts. */
  constructor(
    private readonly programFile: string,
    private readonly options: EngineOptions,
  ) {
    this.#placement = new Placement(programFile, options);
  }

  get info(): EngineInfo | undefined {
    return this.#running?.process.known;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Of the model process, if there is one. */
  get processId(): number | undefined {
    return this.#running?.process.id;
  }

  onStateChange(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async load(): Promise<EngineInfo> {
    if (this.#refusal !== undefined) {
      this.#refusal = undefined;
      this.#deaths = [];
    }
    return this.#orElsewhere(() => this.#start().info);
  }

  complete(
    request: CompleteRequest,
    signal?: AbortSignal,
    onBytes?: (bytes: Uint8Array) => void,
  ): Promise<CompleteResult> {
    return this.#ask(
      (process, token) =>
        process.hearing(completeProgress, onBytes, (progressToken) =>
          process.watched(process.connection.sendRequest(completeRequest, { ...request, ...progressToken }, token)),
        ),
      signal,
    );
  }

  score(request: ScoreRequest, signal?: AbortSignal): Promise<ScoreResult> {
    return this.#ask(
      (process, token) => process.watched(process.connection.sendRequest(scoreRequest, request, token)),
      signal,
    );
  }

  /** Not watched: it is done on the CPU, and takes as long as the document is. */
  measure(request: MeasureRequest, signal?: AbortSignal, onProgress?: (bytes: number) => void): Promise<Measurement> {
    return this.#ask(
      (process, token) =>
        process.hearing(measureProgress, onProgress, (progressToken) =>
          process.connection.sendRequest(measureRequest, { ...request, ...progressToken }, token),
        ),
      signal,
    );
  }

  /** Kills the process even in the middle of a run; it has nothing to lose. Requests that wait are aborted. */
  dispose(): void {
    this.#disposed = true;
    this.#placement.dispose();
    this.#running?.process.kill();
    this.#running = undefined;
    this.#setState('idle');
    this.#listeners.clear();
  }

  #ask<Out>(
    send: (process: ModelProcess, token: CancellationToken) => Promise<Out>,
    signal?: AbortSignal,
  ): Promise<Out> {
    return this.#orElsewhere(() => this.#askOnce(send, signal));
  }

  /** Requests change nothing, so they can be asked again: another GPU answers, or at last the CPU. */
  async #orElsewhere<Out>(ask: () => Promise<Out>): Promise<Out> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof GpuProcessDied)) throw error;
      }
    }
  }

  async #askOnce<Out>(
    send: (process: ModelProcess, token: CancellationToken) => Promise<Out>,
    signal?: AbortSignal,
  ): Promise<Out> {
    if (signal?.aborted) throw aborted();
    const { info, gone, process } = this.#start();
    const cancellation = new CancellationTokenSource();
    let stopListening = () => {};
    const abortion = new Promise<never>((_, reject) => {
      const abort = () => {
        cancellation.cancel();
        reject(aborted());
      };
      signal?.addEventListener('abort', abort);
      stopListening = () => signal?.removeEventListener('abort', abort);
    });
    this.#waiting++;
    this.#showWork();
    try {
      // An abortion is not waited for: the process finds it at its next step, and nobody needs to know when.
      const answer = info.then(() => {
        if (cancellation.token.isCancellationRequested) throw aborted();
        return send(process, cancellation.token);
      });
      return await Promise.race([answer, gone, abortion]);
    } catch (error) {
      throw error instanceof EngineError || (error as Error).name === 'AbortError' ? error : fromReply(error);
    } finally {
      stopListening();
      this.#waiting--;
      this.#showWork();
    }
  }

  #start(): Running {
    if (this.#disposed) throw new EngineError(l10n.t('The engine has been disposed.'));
    if (this.#refusal !== undefined) throw this.#refusal;
    return (this.#running ??= this.#fork());
  }

  #fork(): Running {
    this.#setState('loading');
    this.#movesWhenIdle = false;
    const process = new ModelProcess(this.programFile, this.options);
    const gone = process.ended.then(({ how, errors }) => {
      const error = this.#disposed ? aborted() : this.#died(process, how, errors);
      // What waits hears of the error before the connection rejects it, with less to say.
      setImmediate(() => {
        process.connection.dispose();
      });
      throw error;
    });
    const loading = this.#load(process);
    const running: Running = { process, gone, info: Promise.race([loading, gone]) };
    process.connection.onNotification(movedNotification, (info) => {
      const lost = info.attempts.find(({ provider }) => provider === process.provider);
      if (lost !== undefined) this.#placement.lost(lost.provider, lost.reason);
      process.provider = info.device;
      process.known = info;
      this.#notify();
    });
    // Each request hears of these; without one, nobody has to.
    for (const promise of [gone, loading, running.info]) promise.catch(() => {});
    // From now on requests would go nowhere; the next one starts a new process.
    process.onExit(() => {
      if (process === this.#running?.process) this.#running = undefined;
    });
    return running;
  }

  async #load(process: ModelProcess): Promise<EngineInfo> {
    try {
      const choice = await this.#placement.first();
      const { modelDirectory, texts } = this.options;
      const info = await process.load({ modelDirectory, ...(texts && { texts }), ...choice });
      if (process === this.#running?.process) this.#setState(this.#waiting > 0 ? 'busy' : 'ready');
      void this.#improve(process);
      return info;
    } catch (error) {
      throw this.#loadFailed(process, fromReply(error));
    }
  }

  /** Checks what was not checked before the model was loaded, and moves the model if it runs better elsewhere. */
  async #improve(process: ModelProcess): Promise<void> {
    const choice = await this.#placement.later();
    if (choice === undefined || process !== this.#running?.process || process.known === undefined) return;
    if (choice.provider === process.known.device) {
      process.known = { ...process.known, attempts: choice.attempts };
      this.#notify();
    } else {
      this.#movesWhenIdle = true;
      this.#moveIfIdle();
    }
  }

  /** Starts a process where the model runs better, in place of one that nobody waits for. */
  #moveIfIdle(): void {
    if (!this.#movesWhenIdle || this.#waiting > 0 || this.#running === undefined) return;
    this.#running.process.abandon();
    this.#running = this.#fork();
  }

  /** A package that does not load will not load better at the next keystroke. */
  #loadFailed(process: ModelProcess, error: Error): Error {
    if (process !== this.#running?.process) return error;
    this.#running = undefined;
    process.abandon();
    if (error instanceof EngineError) this.#refusal = error;
    this.#setState('failed');
    return error;
  }

  #died(process: ModelProcess, how: string, errors: readonly string[]): EngineError {
    if (process === this.#running?.process) this.#running = undefined;
    const { provider } = process;
    if (provider !== 'cpu') {
      this.#placement.lost(provider, `lost while it worked: ${how}`);
      // Who waits asks again, and then it loads.
      this.#setState(this.#waiting > 0 ? 'loading' : 'idle');
      return new GpuProcessDied(how);
    }
    const said = errors.length > 0 ? ` ${l10n.t('It said last:')}\n${errors.join('\n')}` : '';
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < deathsWithinMs), now];
    const error = new EngineError(how + said);
    if (this.#deaths.length >= mostDeaths) {
      const often = l10n.t('The model process died {0} times within a minute and is left alone.', this.#deaths.length);
      this.#refusal = new EngineError(`${often} ${how}${said}`);
    }
    if (this.#running === undefined) this.#setState('failed');
    return error;
  }

  #showWork(): void {
    if (this.#state !== 'ready' && this.#state !== 'busy') return;
    this.#setState(this.#waiting > 0 ? 'busy' : 'ready');
    this.#moveIfIdle();
  }

  #setState(state: EngineState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener(this.#state);
  }
}
