/**
 * `node dist-test/bench/growth.js PACKAGE... > growth.json`: how the milliseconds per byte grow with context and model.
 * Single bytes of a given text in this process, also beyond the context of the package: no completion would be long enough.
 */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BltState } from '../src/engine/bltState';
import { isBlt, Model } from '../src/engine/model';

const steps = 64;
const rounds = 3;
const text = readFileSync(join(__dirname, '../../src/cli/benchmark.ts'));

interface Row {
  readonly model: string;
  /** Bytes of weights that are read per byte of text, the latent transformer's by its steps. */
  readonly weightBytesPerByte: number;
  readonly context: number;
  /** The middle and the least of `rounds` times `steps` bytes. */
  readonly msPerByte: number;
  readonly leastMsPerByte: number;
  readonly bytesPerPatch: number;
  readonly msPerByteOfPrefill: number;
  readonly stateMb: number;
}

async function grow(directory: string): Promise<Row[]> {
  const model = await Model.load({ modelDirectory: directory, executionProvider: 'cpu' });
  if (!isBlt(model)) throw new Error(`${directory} is no BLT.`);
  const { bos, idOffset, graphs, name } = model.manifest;
  const most = 8192;
  const id = (i: number) => (i === 0 ? bos : (text[(i - 1) % text.length] as number) + idOffset);
  const state = new BltState(model);
  const rows: Row[] = [];
  for (let length = 256; length <= most; length *= 2) {
    const more = Uint16Array.from({ length: length - state.length }, (_, i) => id(state.length + i));
    const before = performance.now();
    state.feed(more);
    const prefillMs = performance.now() - before;
    const samples: number[] = [];
    const patches = state.patches;
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      for (let i = 0; i < steps; i++) state.feed(Uint16Array.of(id(state.length)));
      samples.push((performance.now() - started) / steps);
    }
    samples.sort((a, b) => a - b);
    const patchesPerByte = (state.patches - patches) / (rounds * steps);
    const perByte = [graphs.entropy, graphs.encoder, graphs.decoder].reduce(
      (sum, g) => sum + (g.weightBytes ?? NaN),
      0,
    );
    rows.push({
      model: name,
      weightBytesPerByte: Math.round(perByte + (graphs.latent.weightBytes ?? NaN) * patchesPerByte),
      context: length,
      msPerByte: Number((samples[rounds >> 1] as number).toFixed(3)),
      leastMsPerByte: Number((samples[0] as number).toFixed(3)),
      bytesPerPatch: Number((1 / patchesPerByte).toFixed(2)),
      msPerByteOfPrefill: Number((prefillMs / more.length).toFixed(3)),
      stateMb: Number((state.bytes / 1e6).toFixed(1)),
    });
    state.truncate(length);
  }
  model.dispose();
  return rows;
}

async function main(): Promise<void> {
  const rows: Row[] = [];
  for (const directory of process.argv.slice(2)) rows.push(...(await grow(resolve(directory))));
  process.stdout.write(`${JSON.stringify(rows, undefined, 1)}\n`);
}

void main();
