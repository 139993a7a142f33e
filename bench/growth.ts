/**
 * `node dist-test/bench/growth.js PACKAGE... > growth.json`: how the milliseconds per byte grow with context and model.
 * Single bytes of a given text in this process, also beyond the context of the package: no completion would be long enough.
 * At every length the same bytes are read after the same bytes, more than the windows reach back, so that the patches are the
 * same; only what stands before them grows.
 */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EnginePart } from '../src/core/engine';
import { BltState } from '../src/engine/bltState';
import { isBlt, Model } from '../src/engine/model';

const steps = 64;
const rounds = 12;
const lengths = [256, 512, 1024, 2048, 4096, 8192];
const before = readFileSync(join(__dirname, '../../src/cli/benchmark.ts'));
const measured = readFileSync(join(__dirname, '../../src/engine/stack.ts'));

interface Row {
  readonly model: string;
  /** Bytes of weights that are read per byte of text, the latent transformer's by its steps. */
  readonly weightBytesPerByte: number;
  readonly context: number;
  /** The least of `rounds` times for each of the bytes, on average: what is above it is other work on the machine. */
  readonly leastMsPerByte: number;
  /** Of it, what the byte-level parts take: entropy model, encoder, decoder. */
  readonly localMsPerByte: number;
  readonly msPerLatentStep: number;
  readonly bytesPerPatch: number;
  readonly msPerByteOfPrefill: number;
  readonly stateMb: number;
}

async function grow(directory: string): Promise<Row[]> {
  const model = await Model.load({ modelDirectory: directory });
  if (!isBlt(model)) throw new Error(`${directory} is no BLT.`);
  const { bos, idOffset, graphs, name, stacks } = model.manifest;
  /** Bytes back that any prediction depends on, but for the latent transformer. */
  const local = [stacks.entropy, stacks.encoder, stacks.decoder];
  const reach = local.reduce((sum, { layers, window }) => sum + layers * ((window ?? 1) - 1), 0);
  const state = new BltState(model);
  const feed = (bytes: Uint8Array) => state.feed(Uint16Array.from(bytes, (byte) => byte + idOffset));
  state.feed(Uint16Array.of(bos));
  let filled = 1;
  return lengths.map((length) => {
    const tail = Math.min(length - 1, reach);
    state.truncate(filled);
    const started = performance.now();
    const more = length - tail - filled;
    for (let i = 0; i < more; i += before.length) feed(before.subarray(0, Math.min(before.length, more - i)));
    filled = length - tail;
    feed(measured.subarray(reach - tail, reach));
    const prefillMs = performance.now() - started;
    const patches = state.patches;
    const least = new Float64Array(steps).fill(Infinity);
    const leastParts: Partial<Record<EnginePart, Float64Array>> = {};
    for (let round = 0; round < rounds; round++) {
      state.truncate(length);
      for (let i = 0; i < steps; i++) {
        state.onPart = (part, ms) => {
          const times = (leastParts[part] ??= new Float64Array(steps).fill(Infinity));
          times[i] = Math.min(times[i] as number, ms);
        };
        const began = performance.now();
        feed(measured.subarray(reach + i, reach + i + 1));
        least[i] = Math.min(least[i] as number, performance.now() - began);
      }
    }
    const newPatches = state.patches - patches;
    const patchesPerByte = newPatches / steps;
    const mean = (times: Float64Array = new Float64Array()) => times.reduce((sum, ms) => sum + ms, 0) / steps;
    const localMs = mean(leastParts.entropy) + mean(leastParts.encoder) + mean(leastParts.decoder);
    const perByte = [graphs.entropy, graphs.encoder, graphs.decoder].reduce(
      (sum, g) => sum + (g.weightBytes ?? NaN),
      0,
    );
    const rounded = (value: number, digits = 3) => Number(value.toFixed(digits));
    const stateMb = rounded(state.bytes / 1e6, 1);
    return {
      model: name,
      weightBytesPerByte: Math.round(perByte + (graphs.latent.weightBytes ?? NaN) * patchesPerByte),
      context: length,
      leastMsPerByte: rounded(mean(least)),
      localMsPerByte: rounded(localMs),
      msPerLatentStep: rounded((mean(leastParts.latent) * steps) / newPatches),
      bytesPerPatch: rounded(1 / patchesPerByte, 2),
      msPerByteOfPrefill: rounded(prefillMs / (more + tail)),
      stateMb,
    };
  });
}

async function main(): Promise<void> {
  const rows: Row[] = [];
  for (const directory of process.argv.slice(2)) rows.push(...(await grow(resolve(directory))));
  process.stdout.write(`${JSON.stringify(rows, undefined, 1)}\n`);
}

void main();
