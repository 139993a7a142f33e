/**
 * Asks the engine at many places and writes what it would have said and how much of it was right, one JSON line for each
 * place: what confidence is judged by (training/confidence.py).
 *
 *     npm run eval:places -- --data eval/data/dev.jsonl.gz --out places.jsonl [--model DIR] [--every N] [--stride N]
 */

import { createWriteStream } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { CachedCompleter } from './cache';
import { EngineCompleter, type Completer } from './completer';
import { firstBytes, itemsOf, lastBytes, readSample, suffixBytes, windowBytes, type Sampled } from './data';
import { rightBytes } from './metrics';
import { linesWithEnds, stripEnd } from './white';

const root = path.join(import.meta.dirname, '../..');

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: path.join(root, 'eval/data/dev.jsonl.gz') },
    model: { type: 'string', default: path.join(root, 'models/bytewise-small') },
    /** Every so many files, and every so many characters of a segment: places that are next to each other get the same answer. */
    every: { type: 'string', default: '1' },
    stride: { type: 'string', default: '3' },
    out: { type: 'string' },
  },
});

/** `typed`: a place that a user who types a segment comes by; the others are the cursors of the protocol. */
interface Question {
  readonly file: string;
  readonly kind: string;
  readonly path: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly target: string;
}

const cursors = (file: Sampled): Question[] =>
  itemsOf(file, Infinity).map(({ fileId, kind, prefix, suffix, target }) => {
    return { file: fileId, kind, path: file.path, prefix, suffix, target };
  });

/** Places in a segment that have something to type behind them, with the text after the segment as what follows. */
function typed(file: Sampled): Question[] {
  const [start, end] = file.segment ?? [0, 0];
  const before = lastBytes(file.text.slice(0, start), windowBytes);
  const suffix = firstBytes(file.text.slice(end), suffixBytes);
  const out: Question[] = [];
  let at = start;
  for (const line of linesWithEnds(file.text.slice(start, end))) {
    const body = stripEnd(line);
    for (let column = body.length - body.trimStart().length; column < body.length; column += Number(options.stride)) {
      // Half a character is no place.
      if ((body.charCodeAt(column) & 0xfc00) === 0xdc00) continue;
      const prefix = before + file.text.slice(start, at + column);
      const fileId = `${file.package}|${file.path}`;
      out.push({ file: fileId, kind: 'typed', path: file.path, prefix, suffix, target: body.slice(column) });
    }
    at += line.length;
  }
  return out;
}

async function main(): Promise<void> {
  if (options.out === undefined) throw new Error('--out FILE is missing.');
  const sample = readSample(options.data).filter((_, i) => i % Number(options.every) === 0);
  const segments = sample.filter(({ segment }) => segment !== undefined);
  const questions = [...sample.flatMap(cursors), ...segments.flatMap(typed)];
  const cache = path.join(process.env['BYTEWISE_CACHE'] ?? path.join(homedir(), '.cache/bytewise'), 'eval');
  const engines = await EngineCompleter.start(path.join(root, 'dist/engine.js'), options.model);
  const completer: Completer & { flush(): void } = new CachedCompleter(engines[0] as Completer, cache, false);
  const bar = new SingleBar({ format: '{bar} {value}/{total} {eta_formatted}', etaBuffer: 100 });
  bar.start(questions.length, 0);
  const out = createWriteStream(options.out);
  try {
    for (const { target, file, kind, ...prompt } of questions) {
      const limits = { maxBytes: 64, minConfidence: 0.005 };
      const { text, probabilities, stop } = await completer.complete(prompt, limits);
      const right = rightBytes(text, target);
      out.write(`${JSON.stringify({ file, kind, text, target, right, stop, probabilities })}\n`);
      bar.increment();
    }
  } finally {
    bar.stop();
    out.end();
    completer.flush();
    completer.dispose();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
