/**
 * `node dist-test/bench/heatMap.js [PACKAGE]`: what the heat map costs, as one JSON object. The model runs in this process, so
 * times are those of the host's arithmetic and of the engine's, without the way between them (under a millisecond).
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byteOffset } from '../src/core/bytes';
import type { MeasureRequest } from '../src/core/engine';
import { MeasuredLines, type LineSource } from '../src/core/measuredLines';
import { measureWindow, type LineColumn, type Reading } from '../src/core/measureWindow';
import { BltState } from '../src/engine/bltState';
import { Measuring } from '../src/engine/measure';
import { isBlt, Model } from '../src/engine/model';
import { floats, Stack } from '../src/engine/stack';

const root = join(__dirname, '../..');
const always = { isCancellationRequested: false };
const text = readFileSync(join(root, 'src/engine/client.ts'), 'utf8');
/** What a screen shows. */
const screenLines = 50;
const edits = 20;
const sizes = [10_000, 100_000, 1_000_000, 10_000_000];

const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const round = (value: number) => Number(value.toFixed(2));

class Document implements LineSource {
  readonly lines: string[] = [];
  constructor(size: number) {
    while (size > 0) {
      for (const line of text.split('\n')) this.lines.push(line);
      size -= text.length;
    }
  }
  get lineCount(): number {
    return this.lines.length;
  }
  lineText(line: number): string {
    return this.lines[line] ?? '';
  }
}

/** First paint in the middle of a document, and single characters typed into the middle of the screen after it. */
async function editing(model: Model, size: number) {
  const measuring = new Measuring(model);
  const { entropyReach, stretchBytes, thresholdNats } = model.info;
  const reading: Reading = { predictor: 'entropy-model', reach: entropyReach ?? Infinity, stretchBytes };
  const source = new Document(size);
  const numbers = new MeasuredLines(source, reading.reach, thresholdNats);
  const first = Math.floor(source.lineCount / 2);
  const visible = { first, last: first + screenLines - 1 };
  let anchor: LineColumn | undefined;
  const measureScreen = async () => {
    const started = performance.now();
    const span = numbers.missing(visible, 16_384);
    if (!span) throw new Error('There is nothing to measure.');
    const window = measureWindow(source, span, reading, first, anchor);
    anchor = window.anchor;
    const measurement = await measuring.measure(window.request, always);
    numbers.write(span, measurement);
    const part = numbers.part(visible);
    const { evaluatedBytes } = measurement;
    return {
      ms: performance.now() - started,
      evaluatedBytes,
      sent: window.request.text.length,
      screen: part.text.bytes.length,
    };
  };
  const paint = await measureScreen();
  const samples: Awaited<ReturnType<typeof measureScreen>>[] = [];
  const line = first + screenLines / 2;
  for (let i = 0; i < edits; i++) {
    const column = (source.lines[line] ?? '').length;
    source.lines[line] = `${source.lines[line] ?? ''}x`;
    const started = performance.now();
    numbers.edit({ startLine: line, startColumn: column, endLine: line, endColumn: column, text: 'x' });
    const editMs = performance.now() - started;
    const sample = await measureScreen();
    samples.push({ ...sample, ms: sample.ms + editMs });
  }
  return {
    fileBytes: size,
    screenBytes: paint.screen,
    firstPaint: { ms: round(paint.ms), evaluatedBytes: paint.evaluatedBytes, sentBytes: paint.sent },
    edit: {
      ms: round(middle(samples.map(({ ms }) => ms))),
      mostMs: round(Math.max(...samples.map(({ ms }) => ms))),
      evaluatedBytes: Math.max(...samples.map(({ evaluatedBytes }) => evaluatedBytes)),
      sentBytes: Math.max(...samples.map(({ sent }) => sent)),
    },
  };
}

/** A whole file of 100 kB, and the same bytes one at a time (a thousand of them). */
async function whole(model: Model) {
  if (!isBlt(model)) return undefined;
  const bytes = new TextEncoder().encode(text.repeat(Math.ceil(100_000 / text.length))).subarray(0, 100_000);
  const request: MeasureRequest = {
    text: bytes,
    start: byteOffset(0),
    end: byteOffset(bytes.length),
    candidates: false,
  };
  const wholeMs: number[] = [];
  for (let i = 0; i < 3; i++) {
    const started = performance.now();
    await new Measuring(model).measure(request, always);
    wholeMs.push(performance.now() - started);
  }
  const { runtime, sessions, manifest } = model;
  const stack = new Stack(runtime, sessions.entropy, manifest.stacks.entropy);
  const single = 1_000;
  const before = 300;
  let started = 0;
  for (let i = 0; i < before + single; i++) {
    // At first the window is not full and a step costs less.
    if (i === before) started = performance.now();
    const id = BigInt64Array.of(BigInt((bytes[i] as number) + manifest.idOffset));
    floats(stack.run(1, { ids: new runtime.Tensor('int64', id, [1]) }), 'logits');
  }
  const entropyEnded = performance.now();
  /** As a completion reads: entropy model, encoder, decoder, and the latent transformer where a patch ends. */
  const state = new BltState(model);
  state.feed(Uint16Array.from(bytes.subarray(0, before), (byte) => byte + manifest.idOffset));
  const decoderStarted = performance.now();
  for (let i = before; i < before + single; i++) state.feed(Uint16Array.of((bytes[i] as number) + manifest.idOffset));
  const decoderRate = (1000 * single) / (performance.now() - decoderStarted);
  const singleRate = (1000 * single) / (entropyEnded - started);
  const rate = (1000 * bytes.length) / middle(wholeMs);
  return {
    wholeMs: round(middle(wholeMs)),
    leastWholeMs: round(Math.min(...wholeMs)),
    bytesPerSecond: Math.round(rate),
    oneByOneBytesPerSecond: Math.round(singleRate),
    ratio: round(rate / singleRate),
    wholeModelOneByOneBytesPerSecond: Math.round(decoderRate),
    ratioToWholeModel: round(rate / decoderRate),
  };
}

async function main(): Promise<void> {
  const modelDirectory = process.argv[2] ?? join(root, 'models/bytewise-small');
  const model = await Model.load({ modelDirectory });
  const byFileSize = [];
  for (const size of sizes) byFileSize.push(await editing(model, size));
  const report = { model: model.info.modelName, wholeFile: await whole(model), byFileSize };
  process.stdout.write(`${JSON.stringify(report, undefined, 1)}\n`);
  model.dispose();
}

void main();
