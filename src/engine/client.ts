/** The doorbell of the model process: starts it when it is needed, passes requests on, says why it died. */

import type { ChildProcess } from 'node:child_process';
import {
  CancellationTokenSource,
  type CancellationToken,
  type MessageConnection,
  type ProgressType,
} from 'vscode-jsonrpc/node';
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
import { forkProgram } from './fork';
import { Placement } from './placement';
import {
  aborted,
  completeProgress,
  completeRequest,
  fromReply,
  loadRequest,
  measureProgress,
  measureRequest,
  movedNotification,
  scoreRequest,
  type Provider,
} from './protocol';

/** A process that dies so often within so many milliseconds is not started again until somebody asks for it. */
const mostDeaths = 3;
const deathsWithinMs = 60_000;
/** A GPU whose answer is not there after so long hangs. */
const mostSilenceMs = 30_000;

interface Running {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly info: Promise<EngineInfo>;
  /** Rejects when the process is gone. */
  readonly gone: Promise<never>;
  /** What is loaded, as it is now. */
  known: EngineInfo | undefined;
  /** What it works on; while it loads, what it is meant to. */
  provider: Provider;
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
  #nextProgressToken = 0;
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
    return this.#running?.known;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Of the model process, if there is one. */
  get processId(): number | undefined {
    return this.#running?.child.pid;
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
    try {
      return await this.#start().info;
    } catch (error) {
      if (!(error instanceof GpuProcessDied)) throw error;
      return this.#start().info;
    }
  }

  complete(
    request: CompleteRequest,
    signal?: AbortSignal,
    onBytes?: (bytes: Uint8Array) => void,
  ): Promise<CompleteResult> {
    return this.#ask((connection, token) => {
      const answer = this.#hearing(connection, completeProgress, onBytes, (progressToken) =>
        connection.sendRequest(completeRequest, { ...request, ...progressToken }, token),
      );
      return this.#onGpu ? this.#watched(answer) : answer;
    }, signal);
  }

  score(request: ScoreRequest, signal?: AbortSignal): Promise<ScoreResult> {
    return this.#ask((connection, token) => {
      const answer = connection.sendRequest(scoreRequest, request, token);
      return this.#onGpu ? this.#watched(answer) : answer;
    }, signal);
  }

  measure(request: MeasureRequest, signal?: AbortSignal, onProgress?: (bytes: number) => void): Promise<Measurement> {
    return this.#ask(
      (connection, token) =>
        this.#hearing(connection, measureProgress, onProgress, (progressToken) =>
          connection.sendRequest(measureRequest, { ...request, ...progressToken }, token),
        ),
      signal,
    );
  }

  /** Kills the process even in the middle of a run; it has nothing to lose. Requests that wait are aborted. */
  dispose(): void {
    this.#disposed = true;
    this.#placement.dispose();
    this.#running?.child.kill('SIGKILL');
    this.#running = undefined;
    this.#setState('idle');
    this.#listeners.clear();
  }

  /** Sends a request with a token under which its progress is heard, if anybody listens. */
  async #hearing<Progress, Out>(
    connection: MessageConnection,
    type: ProgressType<Progress>,
    listen: ((progress: Progress) => void) | undefined,
    send: (token: { progressToken?: number }) => Promise<Out>,
  ): Promise<Out> {
    if (!listen) return send({});
    const progressToken = this.#nextProgressToken++;
    const listener = connection.onProgress(type, progressToken, listen);
    try {
      return await send({ progressToken });
    } finally {
      listener.dispose();
    }
  }

  async #ask<Out>(
    send: (connection: MessageConnection, token: CancellationToken) => Promise<Out>,
    signal?: AbortSignal,
  ): Promise<Out> {
    try {
      return await this.#askOnce(send, signal);
    } catch (error) {
      if (!(error instanceof GpuProcessDied)) throw error;
      // Requests change nothing, so they can be asked again; now the CPU answers.
      return this.#askOnce(send, signal);
    }
  }

  async #askOnce<Out>(
    send: (connection: MessageConnection, token: CancellationToken) => Promise<Out>,
    signal?: AbortSignal,
  ): Promise<Out> {
    if (signal?.aborted) throw aborted();
    const { info, gone, connection } = this.#start();
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
        return send(connection, cancellation.token);
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
    if (this.#disposed) throw new EngineError('The engine has been disposed.');
    if (this.#refusal !== undefined) throw this.#refusal;
    return (this.#running ??= this.#fork());
  }

  #fork(): Running {
    this.#setState('loading');
    const { child, connection, errors } = forkProgram(this.programFile, this.options.softwareGpu === true);
    connection.listen();
    const gone = new Promise<never>((_, reject) => {
      let dead = false;
      const die = (how: string) => {
        if (dead) return;
        dead = true;
        // Before the connection rejects what waits, with less to say.
        reject(this.#disposed ? aborted() : this.#died(running, how, errors));
        connection.dispose();
        child.kill('SIGKILL');
      };
      child.once('error', (error) => {
        die(`cannot be reached: ${error.message}`);
      });
      // After `exit`, when all of stderr has been read.
      child.once('close', (code, signal) => {
        die(signal === null ? `ended with code ${code ?? 'unknown'}` : `was ended by ${signal}`);
      });
    });
    const load = async () => {
      const choice = await this.#placement.first();
      running.provider = choice.provider;
      return connection.sendRequest(loadRequest, { modelDirectory: this.options.modelDirectory, ...choice });
    };
    const loading = load().then(
      (info) => {
        running.known = info;
        running.provider = info.device;
        if (running === this.#running) this.#setState(this.#waiting > 0 ? 'busy' : 'ready');
        void this.#improve(running);
        return info;
      },
      (error: unknown) => {
        throw this.#loadFailed(running, fromReply(error));
      },
    );
    const running: Running = {
      child,
      connection,
      gone,
      info: Promise.race([loading, gone]),
      known: undefined,
      provider: 'cpu',
    };
    connection.onNotification(movedNotification, (info) => {
      const lost = info.attempts.find(({ provider }) => provider === running.provider);
      if (lost !== undefined) this.#placement.lost(lost.provider, lost.reason);
      running.provider = info.device;
      running.known = info;
      this.#notify();
    });
    // Each request hears of these; without one, nobody has to.
    for (const promise of [gone, loading, running.info]) promise.catch(() => {});
    // From now on requests would go nowhere; the next one starts a new process.
    child.once('exit', () => {
      if (running === this.#running) this.#running = undefined;
    });
    return running;
  }

  /** Checks what was not checked before the model was loaded, and moves the model if it runs better elsewhere. */
  async #improve(running: Running): Promise<void> {
    const choice = await this.#placement.later();
    if (choice === undefined || running !== this.#running || running.known === undefined) return;
    if (choice.provider === running.known.device) {
      running.known = { ...running.known, attempts: choice.attempts };
      this.#notify();
    } else {
      this.#movesWhenIdle = true;
      this.#moveIfIdle();
    }
  }

  /** Starts a process where the model runs better, in place of one that nobody waits for. */
  #moveIfIdle(): void {
    if (!this.#movesWhenIdle || this.#waiting > 0 || this.#running === undefined) return;
    const { child, connection } = this.#running;
    this.#movesWhenIdle = false;
    this.#running = undefined;
    connection.dispose();
    child.removeAllListeners('close').kill('SIGKILL');
    this.#running = this.#fork();
  }

  get #onGpu(): boolean {
    return this.#running !== undefined && this.#running.provider !== 'cpu';
  }

  /** Kills the process if the answer does not come: a GPU can hang, and nothing else ends that. */
  async #watched<Out>(answer: Promise<Out>): Promise<Out> {
    const child = this.#running?.child;
    const timer = setTimeout(() => child?.kill('SIGKILL'), mostSilenceMs);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A package that does not load will not load better at the next keystroke. */
  #loadFailed(running: Running, error: Error): Error {
    if (running !== this.#running) return error;
    this.#running = undefined;
    running.connection.dispose();
    running.child.removeAllListeners('close').kill('SIGKILL');
    if (error instanceof EngineError) this.#refusal = error;
    this.#setState('failed');
    return error;
  }

  #died(running: Running, how: string, errors: readonly string[]): EngineError {
    if (running === this.#running) this.#running = undefined;
    const { provider } = running;
    if (provider !== 'cpu') {
      this.#placement.lost(provider, `lost while it worked: the model process ${how}`);
      // Who waits asks again, and then it loads.
      this.#setState(this.#waiting > 0 ? 'loading' : 'idle');
      return new GpuProcessDied(`The model process ${how} while it used ${provider}.`);
    }
    const said = errors.length > 0 ? ` It said last:\n${errors.join('\n')}` : '';
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < deathsWithinMs), now];
    const error = new EngineError(`The model process ${how}.${said}`);
    if (this.#deaths.length >= mostDeaths) {
      this.#refusal = new EngineError(
        `The model process died ${this.#deaths.length} times within a minute and is left alone. The last one ${how}.${said}`,
      );
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
