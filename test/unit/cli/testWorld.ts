/** A world for the program: streams in memory and a scripted engine. */
import path from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import type { EngineOptions } from '../../../src/core/engine';
import type { ExitCode } from '../../../src/cli/failure';
import { Messages, Output } from '../../../src/cli/output';
import { run } from '../../../src/cli/program';
import type { World } from '../../../src/cli/world';
import { ScriptedEngine } from './scriptedEngine';

export const oracle = path.resolve(import.meta.dirname, '../../fixtures/models/oracle-tiny');

/** Keeps what is written to it. */
export class Sink extends Writable {
  readonly chunks: Buffer[] = [];
  isTTY = false;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void) {
    this.chunks.push(chunk);
    done();
  }

  get bytes() {
    return Buffer.concat(this.chunks);
  }

  get text() {
    return this.bytes.toString();
  }
}

/** A pipe whose reader goes away after some writes. */
export class BrokenSink extends Sink {
  constructor(
    private readonly writes: number,
    private readonly code = 'EPIPE',
  ) {
    super();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error) => void) {
    if (this.chunks.length < this.writes) super._write(chunk, encoding, done);
    else done(Object.assign(new Error(`write ${this.code}`), { code: this.code }));
  }
}

export interface Outcome {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
  readonly started: readonly EngineOptions[];
}

interface Setting {
  readonly stdin?: string | Readable;
  readonly engine?: ScriptedEngine;
  readonly stdout?: Sink;
  readonly stderr?: Sink;
  readonly colours?: World['colours'];
}

export async function bytewise(args: readonly string[], setting: Setting = {}): Promise<Outcome> {
  const { stdin = '', engine = new ScriptedEngine(), stdout = new Sink(), stderr = new Sink(), colours = 0 } = setting;
  const started: EngineOptions[] = [];
  const exitCode = await run(args, {
    stdin: typeof stdin === 'string' ? Readable.from([Buffer.from(stdin)]) : stdin,
    stdout: new Output(stdout),
    messages: new Messages(stderr),
    colours,
    version: '9.8.7',
    defaultModelDirectory: oracle,
    startEngine: (options) => {
      started.push(options);
      return engine;
    },
  });
  return { exitCode, stdout: stdout.text, stdoutBytes: stdout.bytes, stderr: stderr.text, started };
}

export const pipe = () => new PassThrough();

/** The objects of JSON lines. */
export const objects = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
