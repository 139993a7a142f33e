/** The doorbell of the model process: starts it when it is needed, passes requests on, says why it died. */

import { fork, type ChildProcess } from 'node:child_process';
import {
  CancellationTokenSource,
  type CancellationToken,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
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
import {
  aborted,
  completeProgress,
  completeRequest,
  fromReply,
  loadRequest,
  measureProgress,
  measureRequest,
  scoreRequest,
} from './protocol';

/** A process that dies so often within so many milliseconds is not started again until somebody asks for it. */
const mostDeaths = 3;
const deathsWithinMs = 60_000;
const keptErrorLines = 12;

interface Running {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly info: Promise<EngineInfo>;
  /** Rejects when the process is gone. */
  readonly gone: Promise<never>;
}

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

  /** `programFile` is the bundle of process.ts. */
  constructor(
    private readonly programFile: string,
    private readonly options: EngineOptions,
  ) {}

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
    return this.#start().info;
  }

  complete(
    request: CompleteRequest,
    signal?: AbortSignal,
    onBytes?: (bytes: Uint8Array) => void,
  ): Promise<CompleteResult> {
    return this.#ask(
      (connection, token) =>
        this.#hearing(connection, completeProgress, onBytes, (progressToken) =>
          connection.sendRequest(completeRequest, { ...request, ...progressToken }, token),
        ),
      signal,
    );
  }

  score(request: ScoreRequest, signal?: AbortSignal): Promise<ScoreResult> {
    return this.#ask((connection, token) => connection.sendRequest(scoreRequest, request, token), signal);
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
    // Options of the debugger and hooks of the parent are not meant for the child.
    const { NODE_OPTIONS: _hooks, ...environment } = process.env;
    const child = fork(this.programFile, [], {
      // In Electron, execPath is the editor itself; this makes it plain Node.
      env: { ...environment, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    // A message that cannot be delivered means that the process is gone, and that is told below.
    connection.onError(() => {});
    connection.listen();
    const errors = keepLastLines(child);
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
    const loading = connection.sendRequest(loadRequest, this.options).then(
      (info) => {
        if (running === this.#running) this.#setState(this.#waiting > 0 ? 'busy' : 'ready');
        return info;
      },
      (error: unknown) => {
        throw this.#loadFailed(running, fromReply(error));
      },
    );
    const running: Running = { child, connection, gone, info: Promise.race([loading, gone]) };
    // Each request hears of these; without one, nobody has to.
    for (const promise of [gone, loading, running.info]) promise.catch(() => {});
    // From now on requests would go nowhere; the next one starts a new process.
    child.once('exit', () => {
      if (running === this.#running) this.#running = undefined;
    });
    return running;
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
  }

  #setState(state: EngineState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** The last lines that a process wrote to stderr; the array fills while the process runs. */
function keepLastLines(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  let open = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (open + text).split('\n');
    open = parts.pop() ?? '';
    lines.push(...parts.filter((line) => line.trim() !== ''));
    lines.splice(0, lines.length - keptErrorLines);
  });
  return lines;
}
