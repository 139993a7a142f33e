/**
 * `npm run bench:keystrokes [-- --segments 12] [--json] [--write]`: keystrokes saved through the whole product path. The
 * simulated user of the evaluation types held-out segments into the provider of the extension, which asks its engine process;
 * what that needs counts. Beside it, what the model alone reaches on the same segments with the same gate.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readSample, type Sampled } from '../eval/data';
import { writeSection } from '../eval/section';
import { textsOf } from '../eval/typist';
import { type } from '../eval/keystrokes';
import { encodeUtf8 } from '../src/core/bytes';
import { suggest } from '../src/core/suggestion';
import { EngineClient } from '../src/engine/client';
import { section } from './keystrokesSection';
import { defaultSettings, provide } from './provider';
import { typeWith, type Rhythm, type Typed } from './typist';
import { install } from './virtualTime';

const root = join(__dirname, '../..');
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(root, 'models/bytewise-small') },
    data: { type: 'string', default: join(root, 'eval/data/held-out.jsonl.gz') },
    segments: { type: 'string', default: '12' },
    /** Milliseconds from key to key, and from seeing a suggestion to taking it: those of the evaluation protocol. */
    interval: { type: 'string', default: '231' },
    reaction: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
    /** Writes a section into docs/results.md. */
    write: { type: 'boolean', default: false },
    /** A smoke test: the first characters of one segment. */
    quick: { type: 'boolean', default: false },
  },
});
const settings = defaultSettings();
const rhythm: Rhythm = { intervalMs: Number(values.interval), reactionMs: Number(values.reaction) };

export interface Numbers {
  /** Shares of 1; those of the model alone have no time. */
  readonly keystrokesSaved: number;
  readonly showPrecision: number;
  readonly showsPer100Keys: number;
  readonly keyToGhostMs?: { readonly p50: number; readonly p95: number };
  readonly typedThroughMs?: { readonly p50: number; readonly p95: number };
}

/** The same number of segments of each language, as far as they go, each in the order in which they were drawn. */
function chosen(): Sampled[] {
  const byRank = new Map<Sampled, number>();
  const counts = new Map<string, number>();
  for (const file of readSample(values.data)) {
    if (file.segment === undefined) continue;
    const rank = counts.get(file.language) ?? 0;
    counts.set(file.language, rank + 1);
    byRank.set(file, rank);
  }
  const ranked = [...byRank].sort(([, a], [, b]) => a - b).map(([file]) => file);
  if (!values.quick) return ranked.slice(0, Number(values.segments));
  return ranked.slice(0, 1).map((file) => {
    const [start] = file.segment as readonly [number, number];
    return { ...file, segment: [start, start + 40] };
  });
}

async function typed(client: EngineClient, file: Sampled, noisy: boolean): Promise<Typed> {
  let failure: unknown;
  const provider = provide(client, { settings, fail: (error) => (failure ??= error) });
  const all = await typeWith(
    provider,
    { ...file, languageId: languageIds[file.language] ?? file.language, ...textsOf(file, noisy) },
    rhythm,
  );
  provider.dispose();
  if (failure !== undefined) throw failure as Error;
  return all;
}

const languageIds: Readonly<Record<string, string>> = { c_cpp: 'cpp', shell: 'shellscript' };

async function modelAlone(client: EngineClient, file: Sampled, noisy: boolean): Promise<Typed> {
  const { before, segment } = textsOf(file, noisy);
  const { gate, maxBytes } = settings;
  const known = new Map<string, string>();
  const offer = async (prefix: string) => {
    const request = {
      path: file.path,
      prefix: encodeUtf8(prefix),
      suffix: new Uint8Array(),
      maxBytes,
      minConfidence: gate,
    };
    let text = known.get(prefix);
    if (text === undefined) {
      const suggestion = suggest(await client.complete(request), request, { gate });
      text = suggestion.shown ? suggestion.text : '';
      known.set(prefix, text);
    }
    return { text, confidence: 1 };
  };
  const reading = Math.ceil(rhythm.reactionMs / rhythm.intervalMs);
  const typing = await type(before, segment, offer, { gate, delay: reading });
  // With no delay a text is taken exactly when it is right.
  const atOnce = await type(before, segment, offer, { gate });
  return { ...typing, right: (typing.shown * atOnce.accepted) / Math.max(1, atOnce.shown), shownMs: [], goneOnMs: [] };
}

function numbers(all: readonly Typed[]): Numbers {
  const sum = (of: (one: Typed) => number) => all.reduce((total, one) => total + of(one), 0);
  const shownMs = all.flatMap((one) => one.shownMs);
  const goneOnMs = all.flatMap((one) => one.goneOnMs);
  return {
    keystrokesSaved: 1 - sum(({ keys }) => keys) / sum(({ keysAlone }) => keysAlone),
    showPrecision:
      sum(({ right }) => right) /
      Math.max(
        1,
        sum(({ shown }) => shown),
      ),
    showsPer100Keys: (100 * sum(({ shown }) => shown)) / sum(({ keys }) => keys),
    ...(shownMs.length > 0 && { keyToGhostMs: percentiles(shownMs) }),
    ...(goneOnMs.length > 0 && { typedThroughMs: percentiles(goneOnMs) }),
  };
}

function percentiles(values: readonly number[]): { p50: number; p95: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor(share * sorted.length)] ?? NaN).toFixed(1));
  return { p50: at(0.5), p95: at(0.95) };
}

async function main(): Promise<void> {
  install();
  const started = Date.now();
  const options = { modelDirectory: values.model, executionProvider: 'auto' } as const;
  const [product, alone] = [1, 2].map(() => new EngineClient(join(root, 'dist/engine.js'), options)) as [
    EngineClient,
    EngineClient,
  ];
  try {
    const { modelName, device } = await product.load();
    const files = chosen();
    const of = async (type: typeof typed, client: EngineClient, noisy: boolean) => {
      const all: Typed[] = [];
      for (const file of files) {
        all.push(await type(client, file, noisy));
        process.stderr.write('.');
      }
      return numbers(all);
    };
    const report = {
      clean: await of(typed, product, false),
      typos: await of(typed, product, true),
      modelAlone: { clean: await of(modelAlone, alone, false), typos: await of(modelAlone, alone, true) },
      facts: {
        segments: files.length,
        ...rhythm,
        gate: settings.gate,
        model: modelName,
        device,
        minutes: (Date.now() - started) / 60_000,
      },
    };
    process.stderr.write('\n');
    if (values.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    else process.stdout.write(section(report));
    if (values.write) await writeSection(join(root, 'docs/results.md'), 'keystrokes', section(report));
  } finally {
    product.dispose();
    alone.dispose();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
