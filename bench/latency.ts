/**
 * Latency of completions through the whole path (client, process, engine), as one JSON object.
 *
 *     npm run bench [-- --model DIR --runs 9]
 *
 * `cold`: nothing of the prompt is cached. `warm`: the prompt of the request before and one typed byte.
 */

import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EngineClient } from '../src/engine/client';

const root = join(__dirname, '../..');
const { values } = parseArgs({ options: { model: { type: 'string' }, runs: { type: 'string', default: '9' } } });
const runs = Number(values.runs);
const prefixBytes = 1024;
const generatedBytes = 40;

/** Source text that is not all the same and that no two calls share. */
function source(seed: number): string {
  const lines = [];
  for (let i = 0; lines.join('\n').length < 2 * prefixBytes; i++) {
    lines.push(`  const total${seed}${i} = items.filter((item) => item.size > ${i * seed}).map((item) => item.name);`);
  }
  return lines.join('\n').slice(0, prefixBytes);
}

function summary(samples: readonly number[]): { p50: number; p95: number; n: number } {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(2));
  return { p50: at(0.5), p95: at(0.95), n: sorted.length };
}

async function main(): Promise<void> {
  const engine = new EngineClient(join(root, 'dist/engine.js'), {
    modelDirectory: values.model ?? join(root, 'models/bytewise-small'),
    executionProvider: 'auto',
  });
  const started = performance.now();
  const info = await engine.load();
  const loadMs = performance.now() - started;
  const cold: number[] = [];
  const warm: number[] = [];
  const perByte: number[] = [];
  const entropy: number[] = [];
  const encoder = new TextEncoder();
  for (let run = 0; run <= runs; run++) {
    const text = source(run + 1);
    const ask = async (prefix: string) => {
      const before = performance.now();
      const request = { path: 'bench.ts', prefix: encoder.encode(prefix), suffix: new Uint8Array() };
      const result = await engine.complete({ ...request, maxBytes: generatedBytes, minConfidence: 0 });
      const messagesMs = performance.now() - before - result.ms;
      return { ...result, seenFirstByteMs: result.firstByteMs + messagesMs };
    };
    const first = await ask(text);
    const second = await ask(`${text}\n`);
    const bytes = encoder.encode(text.repeat(10));
    const before = performance.now();
    await engine.measure({ text: bytes, start: 0 as never, end: bytes.length as never });
    const measuredMs = performance.now() - before;
    // The first round only warms up.
    if (run === 0) continue;
    cold.push(first.seenFirstByteMs);
    warm.push(second.seenFirstByteMs);
    for (const result of [first, second]) {
      if (result.bytes.length > 1) perByte.push((result.ms - result.firstByteMs) / (result.bytes.length - 1));
    }
    entropy.push((bytes.length / measuredMs) * 1000);
  }
  engine.dispose();
  const report = {
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    model: info.modelName,
    device: info.device,
    loadMs: Number(loadMs.toFixed(0)),
    coldPrefillMs: { [prefixBytes]: summary(cold) },
    firstByteWarmMs: summary(warm),
    msPerByte: summary(perByte),
    entropyBytesPerSecond: summary(entropy),
    packageMb: Number((info.packageBytes / 1e6).toFixed(1)),
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

void main();
