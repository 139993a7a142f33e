/** `bench`: how fast the engine is, through the whole path that a suggestion takes: client, process, engine. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ByteOffset, CompleteResult, Engine, EngineInfo } from '../core/engine';
import { parseManifest } from '../core/manifest';
import { invokedGate, searchBytesFor } from '../core/suggestion';
import { thisHost } from './doctor';

/** An engine in a process of its own. */
export type EngineProcess = Engine & { readonly processId?: number | undefined };

/** Of `n` measurements, the middle one and the one that 95 % do not exceed; null when there are none. */
export interface Figure {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly n: number;
}

/** Milliseconds and megabytes (1e6 bytes). Completions read that many bytes of prefix and write at most 40. */
export interface Benchmark {
  readonly machine: string;
  readonly model: string;
  readonly device: EngineInfo['device'];
  /** From the fork of the process to a loaded model. */
  readonly loadMs: Figure;
  /** Until the first byte is here when nothing of the prompt was read before, by bytes of prefix. */
  readonly coldPrefillMs: Readonly<Record<string, Figure>>;
  /** Until the first byte is here after one typed byte. */
  readonly firstByteWarmMs: Figure;
  /** Of the bytes after the first. */
  readonly msPerByte: Figure;
  /** Until a searched line is here, as when one asks by hand, after one typed byte. */
  readonly searchedLineMs: Figure;
  readonly entropyBytesPerSecond: Figure;
  readonly entropyFile100kMs: Figure;
  /** From an abort in the middle of a completion until the process does other work. */
  readonly cancelMs: Figure;
  /** Resident memory of the process, on Linux: after its first completion, and after all of these measurements. */
  readonly engineRssMb: Figure;
  readonly engineRssAfterMb: Figure;
  readonly packageMb: Figure;
  /** How late timers of the process that asks are. */
  readonly hostEventLoopDelayMs: Figure;
  /** What no run can beat: weights that are read per byte, over the bandwidth of the memory. */
  readonly limitMsPerByte: Figure;
  /** Bytes of prompts that were still in a cache, of all, when somebody types by turns in three files. */
  readonly typingReusedShare: Figure;
}

const prefixLengths = [512, 1024, 2048];
const usualPrefix = 1024;
const generatedBytes = 40;
const loads = 3;
const fileBytes = 100_000;

export async function benchmark(
  start: () => EngineProcess,
  runs: number,
  version: string,
  say: (what: string) => void,
): Promise<Benchmark> {
  const code = sourceCode();
  const loadMs: number[] = [];
  const rss: number[] = [];
  let engine = start();
  try {
    let info: EngineInfo | undefined;
    for (let i = 0; i < loads; i++) {
      say('loading');
      if (i > 0) {
        engine.dispose();
        engine = start();
      }
      const before = performance.now();
      info = await engine.load();
      loadMs.push(performance.now() - before);
      await ask(engine, code.slice(0, usualPrefix));
      rss.push(await residentMb(engine));
    }
    const { modelName, device, packageBytes, modelDirectory } = info as EngineInfo;

    const lateness = monitorEventLoopDelay({ resolution: 1 });
    lateness.enable();
    const completions = await completing(engine, code, runs, say);
    lateness.disable();
    const lateMs = (percentile: number) => Math.max(0, lateness.percentile(percentile) / 1e6 - 1);
    const fileMs = await measuring(engine, code, Math.max(3, Math.ceil(runs / 3)), say);
    const limitMs = await limits(modelDirectory, completions.patchesPerByte);
    return {
      machine: `${thisHost(version).cpu.model}, ${thisHost(version).cpu.cores} cores`,
      model: modelName,
      device,
      loadMs: figure(loadMs),
      coldPrefillMs: Object.fromEntries(
        [...completions.cold].map(([length, samples]) => [String(length), figure(samples)]),
      ),
      firstByteWarmMs: figure(completions.warm),
      msPerByte: figure(completions.perByte),
      searchedLineMs: figure(completions.searched),
      entropyBytesPerSecond: figure(fileMs.map((ms) => (fileBytes / ms) * 1000)),
      entropyFile100kMs: figure(fileMs),
      cancelMs: figure(await cancelling(engine, code, 3 * runs, say)),
      engineRssMb: figure(rss),
      typingReusedShare: figure([await typing(engine, code, say)]),
      engineRssAfterMb: figure([await residentMb(engine)]),
      packageMb: figure([packageBytes / 1e6]),
      hostEventLoopDelayMs: { p50: rounded(lateMs(50)), p95: rounded(lateMs(95)), n: lateness.count },
      limitMsPerByte: figure(limitMs),
    };
  } finally {
    engine.dispose();
  }
}

/** Real code that is at hand wherever this runs: the functions of Node's own modules. */
export function sourceCode(): string {
  const require = createRequire(process.execPath);
  const names = ['fs', 'path', 'util', 'url', 'http', 'zlib', 'stream', 'crypto', 'net', 'assert', 'dns', 'tls', 'vm'];
  const functions = names
    .flatMap((name) => Object.values(require(`node:${name}`) as object) as unknown[])
    .filter((value) => typeof value === 'function')
    .map(String)
    .filter((text) => !text.includes('[native code]'));
  return [...new Set(functions)].join('\n\n');
}

async function ask(engine: Engine, prefix: string, file = 'bench.js', gate = 0) {
  const before = performance.now();
  const result = await engine.complete({
    path: file,
    prefix: new TextEncoder().encode(prefix),
    suffix: new Uint8Array(),
    maxBytes: generatedBytes,
    minConfidence: gate,
    searchBytes: gate > 0 ? searchBytesFor(gate) : 0,
  });
  const messagesMs = performance.now() - before - result.ms;
  return { ...result, firstByteHereMs: result.firstByteMs + messagesMs };
}

async function completing(engine: Engine, code: string, runs: number, say: (what: string) => void) {
  const cold = new Map<number, number[]>();
  const warm: number[] = [];
  const perByte: number[] = [];
  const searched: number[] = [];
  let patches = 0;
  let bytes = 0;
  const written = (result: CompleteResult) => {
    if (result.bytes.length < 2) return;
    perByte.push((result.ms - result.firstByteMs) / (result.bytes.length - 1));
    patches += result.patches;
    bytes += result.bytes.length - 1;
  };
  // The first round only warms up.
  for (let run = 0; run <= runs; run++) {
    for (const [i, length] of prefixLengths.entries()) {
      say(`completing ${run}/${runs}`);
      const from = ((run * prefixLengths.length + i) * 2711) % (code.length - length - 1);
      const first = await ask(engine, code.slice(from, from + length), `bench${run}-${i}.js`);
      const second = await ask(engine, code.slice(from, from + length + 1), `bench${run}-${i}.js`);
      const before = performance.now();
      await ask(engine, code.slice(from, from + length + 2), `bench${run}-${i}.js`, invokedGate);
      const searchedMs = performance.now() - before;
      if (run === 0) continue;
      searched.push(searchedMs);
      cold.set(length, [...(cold.get(length) ?? []), first.firstByteHereMs]);
      warm.push(second.firstByteHereMs);
      written(first);
      written(second);
    }
  }
  return { cold, warm, perByte, searched, patchesPerByte: patches / Math.max(1, bytes) };
}

async function measuring(engine: Engine, code: string, runs: number, say: (what: string) => void) {
  const text = new TextEncoder().encode(code.repeat(Math.ceil(fileBytes / code.length))).subarray(0, fileBytes);
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) {
    say(`measuring ${run}/${runs}`);
    const before = performance.now();
    try {
      await engine.measure({ text, start: 0 as ByteOffset, end: text.length as ByteOffset, candidates: false });
    } catch {
      // An entropy model without a window refuses files of this length.
      return [];
    }
    samples.push(performance.now() - before);
  }
  return samples;
}

/** A measurement of one byte waits for the completion that nobody wants any more. */
async function cancelling(engine: Engine, code: string, runs: number, say: (what: string) => void) {
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) {
    say(`cancelling ${run}/${runs}`);
    const abortion = new AbortController();
    const from = (run * 3331) % (code.length - usualPrefix);
    const completion = engine.complete(
      {
        path: `cancel${run}.js`,
        prefix: new TextEncoder().encode(code.slice(from, from + usualPrefix)),
        suffix: new Uint8Array(),
        maxBytes: generatedBytes,
        minConfidence: 0,
      },
      abortion.signal,
    );
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 5 + ((run * 7) % 60))), completion]);
    const before = performance.now();
    abortion.abort();
    await completion.catch(() => undefined);
    await engine.measure({ text: Uint8Array.of(0x61), start: 0 as ByteOffset, end: 1 as ByteOffset });
    samples.push(performance.now() - before);
  }
  return samples;
}

/** Words are typed in one file, then in the next, then in the first again. */
async function typing(engine: Engine, code: string, say: (what: string) => void): Promise<number> {
  let reused = 0;
  let all = 0;
  const places = [0, 30_000, 60_000].map((from) => ({ from: from % code.length, length: 700 }));
  for (let turn = 0; turn < 4; turn++) {
    for (const [i, place] of places.entries()) {
      say(`typing ${turn}/4`);
      for (let key = 0; key < 8; key++) {
        const result = await ask(engine, code.slice(place.from, place.from + ++place.length), `typing${i}.js`);
        reused += result.reusedBytes;
        all += result.reusedBytes + result.prefilledBytes;
      }
    }
  }
  return reused / all;
}

/** Milliseconds per byte that reading the weights takes; none if the package is no BLT or does not say how many there are. */
async function limits(modelDirectory: string, patchesPerByte: number): Promise<number[]> {
  const parsed = parseManifest(await readFile(path.join(modelDirectory, 'manifest.json'), 'utf8'));
  if (!('manifest' in parsed) || parsed.manifest.architecture !== 'blt') return [];
  const { entropy, encoder, latent, decoder } = parsed.manifest.graphs;
  const [perByte, perPatch] = [[entropy, encoder, decoder], [latent]].map((graphs) =>
    graphs.reduce((sum, { weightBytes = NaN }) => sum + weightBytes, 0),
  ) as [number, number];
  return bandwidths().map((bytesPerMs) => (perByte + perPatch * patchesPerByte) / bytesPerMs);
}

/** Bytes per millisecond of one thread that compares two equal stretches of memory, larger than any cache. */
function bandwidths(): number[] {
  const [left, right] = [Buffer.alloc(1 << 27, 1), Buffer.alloc(1 << 27, 1)];
  return Array.from({ length: 7 }, () => {
    const before = performance.now();
    Buffer.compare(left, right);
    return (left.length + right.length) / (performance.now() - before);
  });
}

/** Resident memory of the engine's process in MB; NaN where the system does not show it as a file. */
async function residentMb({ processId }: EngineProcess): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
  return (Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024) / 1e6;
}

export function figure(samples: readonly number[]): Figure {
  const sorted = samples.filter((sample) => !Number.isNaN(sample)).toSorted((a, b) => a - b);
  const at = (share: number) => {
    const sample = sorted[Math.ceil(share * sorted.length) - 1];
    return sample === undefined ? null : rounded(sample);
  };
  return { p50: at(0.5), p95: at(0.95), n: sorted.length };
}

/** Three digits, or whole. */
const rounded = (value: number) => (value >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
