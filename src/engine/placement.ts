/** Decides where a client's model runs: recalls what is known of the GPUs, has the others checked in processes of their own. */

import type { ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import type { EngineOptions } from '../core/engine';
import { candidates, choose, type Choice } from './choice';
import { forkProgram } from './fork';
import { checkRequest, type Provider, type Verdict } from './protocol';
import { Verdicts } from './verdicts';

/** A check compiles the shaders of all graphs, and uploads the weights. */
const usualMostCheckMs = 120_000;
/** So that a check beside the work of the user waits for it. */
const lowPriority = 10;

export class Placement {
  readonly #verdicts = new Map<Provider, Verdict>();
  readonly #memory: Verdicts;
  readonly #candidates: readonly Provider[];
  /** The process of the check that is going on. */
  #checking: ChildProcess | undefined;
  /** Settles when all that was unknown is checked; a second one would disturb the first. */
  #checks: Promise<void> | undefined;
  #disposed = false;

  constructor(
    private readonly programFile: string,
    private readonly options: EngineOptions,
  ) {
    this.#memory = new Verdicts(options.memoryDirectory, options.modelDirectory, options.softwareGpu === true);
    this.#candidates = candidates(options.executionProvider);
  }

  /** Where to load the model now. */
  async first(): Promise<Choice> {
    for (const provider of this.#unknown) {
      const verdict = await this.#memory.recall(provider);
      if (verdict !== undefined) this.#verdicts.set(provider, verdict);
    }
    const waits = this.options.executionProvider !== 'auto' || this.options.check === 'before';
    if (waits) await (this.#checks ??= this.#checkAll());
    return this.#choice;
  }

  /** Where the model should run once everything is checked; undefined if nothing was to be checked any more. */
  async later(): Promise<Choice | undefined> {
    if (this.options.check !== 'after' || this.#unknown.length === 0) return undefined;
    await (this.#checks ??= this.#checkAll());
    return this.#choice;
  }

  /** From now on without this provider; the next start of the editor or of the program tries again. */
  lost(provider: Provider, reason: string): void {
    this.#verdicts.set(provider, refused(reason));
  }

  dispose(): void {
    this.#disposed = true;
    this.#checking?.kill('SIGKILL');
  }

  get #choice(): Choice {
    return choose(this.options, this.#verdicts, this.#candidates);
  }

  get #unknown(): Provider[] {
    return this.#candidates.filter((provider) => !this.#verdicts.has(provider));
  }

  /** One after the other, so that they do not slow each other down. */
  async #checkAll(): Promise<void> {
    for (const provider of this.#unknown) {
      const verdict = await this.#check(provider);
      // A check that was cut off has found nothing, and nothing may be remembered of it.
      if (this.#disposed) return;
      this.#verdicts.set(provider, verdict);
      await this.#memory.remember(provider, verdict);
    }
  }

  /** A driver that crashes or hangs takes only the process with it that was made for the check. */
  async #check(provider: Provider): Promise<Verdict> {
    const { child, connection, errors } = forkProgram(this.programFile, this.options.softwareGpu === true);
    this.#checking = child;
    if (this.options.check === 'after' && child.pid !== undefined) lower(child.pid);
    const mostMs = this.options.mostCheckMs ?? usualMostCheckMs;
    let timer: NodeJS.Timeout | undefined;
    try {
      connection.listen();
      return await Promise.race([
        connection.sendRequest(checkRequest, { modelDirectory: this.options.modelDirectory, provider }),
        new Promise<Verdict>((resolve) => {
          child.once('error', (error) => {
            resolve(refused(`its check cannot be started: ${error.message}`));
          });
          child.once('close', (code, signal) => {
            const said = errors.at(-1);
            resolve(refused(`its check ended by ${signal ?? `code ${code ?? 'unknown'}`}${said ? `: ${said}` : ''}`));
          });
          timer = setTimeout(() => {
            resolve(refused(`its check took longer than ${mostMs / 1000} s`));
          }, mostMs);
        }),
      ]);
    } catch (error) {
      return refused(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    } finally {
      clearTimeout(timer);
      this.#checking = undefined;
      connection.dispose();
      child.kill('SIGKILL');
    }
  }
}

const refused = (reason: string): Verdict => {
  const unknown = { msPerByte: NaN, msPerByteAtOnce: NaN };
  return { works: false, reason, mostRows: 0, gpu: unknown, cpu: unknown };
};

function lower(pid: number): void {
  try {
    setPriority(pid, lowPriority);
  } catch {
    // It is gone already, or this system has no priorities.
  }
}
