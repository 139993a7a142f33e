/** Whoever completes: the engine with a model package, the copy floor, or another program. */

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { decodeUtf8, encodeUtf8 } from '../src/core/bytes';
import type { CompleteRequest, EngineInfo, StopReason } from '../src/core/engine';
import { EngineClient } from '../src/engine/client';
import { copyFloor } from './copyFloor';
import type { OpenTabs } from './openTabs';
import type { Role } from './results';

export interface Prompt {
  /** Of a held-out file; a benchmark's question has none. */
  readonly package?: string;
  readonly path: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface Completion {
  /** Up to the end of the line. */
  readonly text: string;
  /** Of each byte of the text; the copy floor knows none. */
  readonly probabilities: readonly number[];
  /** After each byte; see CompleteResult. */
  readonly confidences: readonly number[];
  readonly stop: StopReason;
  /** See CompleteResult. */
  readonly doubtedByte?: number;
  /** The copy floor's measure of being sure: characters before the cursor that occurred before. */
  readonly matched?: number;
}

export interface Limits {
  readonly maxBytes: number;
  readonly minConfidence: number;
  /** See CompleteRequest. */
  readonly searchBytes?: number;
}

export interface Completer {
  readonly name: string;
  /** Identifies what the answers depend on, for the cache; undefined where asking costs nothing. */
  readonly version: string | undefined;
  complete(prompt: Prompt, limits: Limits): Promise<Completion>;
  /** −log2 p of the target, in parts that add up; undefined where there are no probabilities. */
  readonly score?: (prompt: Prompt, target: string) => Promise<readonly number[]>;
  dispose(): void;
}

/** A number for the cache on the disk. */
const shortened = (value: number) => Number(value.toPrecision(6));

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The product path: the client, its process, and a model package. */
export class EngineCompleter implements Completer {
  private constructor(
    private readonly client: EngineClient,
    readonly info: EngineInfo,
    readonly name: string,
    readonly version: string,
    readonly role: Role,
    private readonly copying: boolean,
    private readonly tabs: OpenTabs | undefined,
  ) {}

  /** One process for all ways; only the first if the package cannot copy. With `tabs`, one way sees them. */
  static async start(programFile: string, modelDirectory: string, tabs?: OpenTabs): Promise<EngineCompleter[]> {
    const client = new EngineClient(programFile, { modelDirectory, executionProvider: 'cpu' });
    const info = await client.load();
    const manifest = readFileSync(path.join(modelDirectory, 'manifest.json'), 'utf8');
    const canCopy = 'copying' in (JSON.parse(manifest) as object);
    const { modelName } = info;
    const make = (name: string, role: Role, copying: boolean, others?: OpenTabs) => {
      const version = sha256([manifest, `copying ${copying}`, ...(others ? [others.version] : [])].join('|'));
      return new EngineCompleter(client, info, name, version, role, copying, others);
    };
    if (!canCopy) return [make(modelName, 'model', false)];
    return [
      make(modelName, 'model', true),
      ...(tabs ? [make(`${modelName} with open tabs`, 'aided', true, tabs)] : []),
      make(`${modelName} without copying`, 'ablation', false),
    ];
  }

  async complete(prompt: Prompt, limits: Limits): Promise<Completion> {
    const { bytes, probabilities, confidences, stop, doubtedByte } = await this.client.complete({
      ...this.#request(prompt),
      ...limits,
    });
    return {
      text: decodeUtf8(bytes),
      probabilities: Array.from(probabilities, shortened),
      confidences: Array.from(confidences, shortened),
      stop,
      ...(doubtedByte !== undefined && { doubtedByte }),
    };
  }

  readonly score = async (prompt: Prompt, target: string): Promise<readonly number[]> => {
    const { bits } = await this.client.score({ ...this.#request(prompt), targets: [encodeUtf8(target)] });
    return Array.from(bits[0] ?? [], shortened);
  };

  #request(prompt: Prompt): Pick<CompleteRequest, 'path' | 'prefix' | 'suffix' | 'copying' | 'sources'> {
    return {
      path: prompt.path,
      prefix: encodeUtf8(prompt.prefix),
      suffix: encodeUtf8(prompt.suffix),
      copying: this.copying,
      ...(this.tabs && { sources: this.tabs.sourcesFor(prompt) }),
    };
  }

  dispose(): void {
    this.client.dispose();
  }
}

export class FloorCompleter implements Completer {
  readonly name = 'copy floor';
  readonly version = undefined;

  complete({ prefix }: Prompt): Promise<Completion> {
    const { text, matched } = copyFloor(prefix);
    return Promise.resolve({ text, probabilities: [], confidences: [], stop: 'line-end', matched });
  }

  dispose(): void {}
}

/** The product of the probabilities up to and with each one. */
function running(probabilities: readonly number[]): number[] {
  let product = 1;
  return probabilities.map((probability) => (product *= probability));
}

interface Answer {
  readonly id: number;
  readonly text?: string;
  readonly probabilities?: readonly number[];
  readonly bits?: readonly number[];
  readonly error?: string;
}

/**
 * Another program, which reads JSON lines and answers each with one: `{"id", "op": "complete" | "score", "path", "prefix",
 * "suffix", "target"?, "maxBytes"?}` with `{"id", "text", "probabilities"?}`, `{"id", "bits"}` or `{"id", "error"}`.
 */
export class ProgramCompleter implements Completer {
  readonly version: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  #next = 0;

  constructor(
    readonly name: string,
    readonly command: string,
  ) {
    this.version = sha256(command);
    this.#child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'] }) as never;
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.error === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(`${this.name}: ${answer.error}`));
    });
    this.#child.on('close', (code) => {
      const error = new Error(`The program of ${this.name} ended with code ${code ?? 'unknown'}: ${this.command}`);
      for (const { reject } of this.#waiting.values()) reject(error);
    });
    // The end of the program is told above.
    this.#child.stdin.on('error', () => {});
  }

  async complete(prompt: Prompt, { maxBytes }: Limits): Promise<Completion> {
    const { text = '', probabilities = [] } = await this.#ask({ op: 'complete', ...prompt, maxBytes });
    return { text, probabilities, confidences: running(probabilities), stop: 'line-end' };
  }

  readonly score = async (prompt: Prompt, target: string): Promise<readonly number[]> => {
    const { bits = [] } = await this.#ask({ op: 'score', ...prompt, target });
    return bits;
  };

  dispose(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  #ask(request: object): Promise<Answer> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (this.#child.exitCode !== null) reject(new Error(`The program of ${this.name} has ended: ${this.command}`));
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }
}
