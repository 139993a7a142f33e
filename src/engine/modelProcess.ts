/** A model process from its start to its death, as its client sees it. */

import * as l10n from '@vscode/l10n';
import type { ChildProcess } from 'node:child_process';
import type { MessageConnection, ProgressType } from 'vscode-jsonrpc/node';
import type { EngineInfo, EngineOptions } from '../core/engine';
import { forkProgram } from './fork';
import { loadRequest, type LoadMessage, type Provider } from './protocol';

/** A GPU whose answer is not there after so long hangs; at first it compiles shaders and uploads the weights. */
const usualMostSilenceMs = 30_000;
const usualMostFirstSilenceMs = 120_000;

let nextProgressToken = 0;

export class ModelProcess {
  readonly connection: MessageConnection;
  /** Settles with how it ended; `errors` are the last lines that it wrote to stderr. */
  readonly ended: Promise<{ readonly how: string; readonly errors: readonly string[] }>;
  /** What is loaded, as it is now. */
  known: EngineInfo | undefined;
  /** What it works on; while it loads, what it is meant to. */
  provider: Provider = 'cpu';
  readonly #child: ChildProcess;
  #answers = 0;

  constructor(
    programFile: string,
    private readonly options: EngineOptions,
  ) {
    const { child, connection, errors } = forkProgram(programFile, options.softwareGpu === true);
    this.#child = child;
    this.connection = connection;
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        resolve({ how, errors });
        child.kill('SIGKILL');
      };
      child.once('error', (error) => {
        end(l10n.t('The model process cannot be reached: {0}.', error.message));
      });
      // After `exit`, when all of stderr has been read.
      child.once('close', (code, signal) => {
        end(
          signal === null
            ? l10n.t('The model process ended with code {0}.', String(code ?? 'unknown'))
            : l10n.t('The model process was ended by {0}.', signal),
        );
      });
    });
    connection.listen();
  }

  get id(): number | undefined {
    return this.#child.pid;
  }

  /** Calls back as soon as requests would go nowhere, before `ended` settles. */
  onExit(listener: () => void): void {
    this.#child.once('exit', listener);
  }

  async load(message: LoadMessage): Promise<EngineInfo> {
    this.provider = message.provider;
    const info = await this.watched(this.connection.sendRequest(loadRequest, message));
    this.known = info;
    this.provider = info.device;
    return info;
  }

  /** On a GPU, kills the process if the answer does not come: a GPU can hang, and nothing else ends that. */
  async watched<Out>(answer: Promise<Out>): Promise<Out> {
    if (this.provider === 'cpu') return answer;
    // Loading is one answer, and after it come the first runs.
    const usual = this.#answers < 2 ? usualMostFirstSilenceMs : usualMostSilenceMs;
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.options.mostSilenceMs ?? usual);
    try {
      const result = await answer;
      this.#answers++;
      return result;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a request with a token under which its progress is heard, if anybody listens. */
  async hearing<Progress, Out>(
    type: ProgressType<Progress>,
    listen: ((progress: Progress) => void) | undefined,
    send: (token: { progressToken?: number }) => Promise<Out>,
  ): Promise<Out> {
    if (!listen) return send({});
    const progressToken = nextProgressToken++;
    const listener = this.connection.onProgress(type, progressToken, listen);
    try {
      return await send({ progressToken });
    } finally {
      listener.dispose();
    }
  }

  /** Ends it even in the middle of a run; it has nothing to lose. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Ends it, and nobody is to hear of that. */
  abandon(): void {
    this.connection.dispose();
    this.#child.removeAllListeners('close');
    this.kill();
  }
}
