/** Keeps answers on the disk, so that an evaluation that was interrupted goes on and one that is repeated is cheap. */

import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { sha256, type Completer, type Completion, type Limits, type Prompt } from './completer';

export class CachedCompleter implements Completer {
  readonly name: string;
  readonly version: string | undefined;
  readonly score?: NonNullable<Completer['score']>;
  readonly #answers = new Map<string, unknown>();
  readonly #file: string;
  #unwritten = '';
  /** Answers that had to be asked for, and how long that took. */
  asked = 0;
  askedMs = 0;

  constructor(
    private readonly inner: Completer,
    directory: string,
    fresh: boolean,
  ) {
    this.name = inner.name;
    this.version = inner.version;
    mkdirSync(directory, { recursive: true });
    this.#file = path.join(directory, `${String(inner.version).slice(0, 20)}.jsonl`);
    if (fresh) rmSync(this.#file, { force: true });
    const lines = existsSync(this.#file) ? readFileSync(this.#file, 'utf8').split('\n') : [];
    for (const line of lines) {
      try {
        const [key, answer] = JSON.parse(line) as [string, unknown];
        this.#answers.set(key, answer);
      } catch {
        // The last line of a run that was interrupted.
      }
    }
    const { score } = inner;
    if (score) this.score = (prompt, target) => this.#ask(['score', prompt, target], () => score(prompt, target));
  }

  complete(prompt: Prompt, limits: Limits): Promise<Completion> {
    return this.#ask(['complete', prompt, limits], () => this.inner.complete(prompt, limits));
  }

  async #ask<Out>(request: unknown, ask: () => Promise<Out>): Promise<Out> {
    if (this.version === undefined) return ask();
    const key = sha256(JSON.stringify(request)).slice(0, 24);
    const known = this.#answers.get(key);
    if (known !== undefined) return known as Out;
    const before = performance.now();
    const answer = await ask();
    this.askedMs += performance.now() - before;
    this.asked++;
    this.#answers.set(key, answer);
    this.#unwritten += `${JSON.stringify([key, answer])}\n`;
    if (this.#unwritten.length > 20_000) this.flush();
    return answer;
  }

  flush(): void {
    // A line that was cut off by an interruption must not swallow the next one.
    if (this.#unwritten !== '') appendFileSync(this.#file, `\n${this.#unwritten}`);
    this.#unwritten = '';
  }

  dispose(): void {
    this.flush();
    this.inner.dispose();
  }
}
