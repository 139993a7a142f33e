/**
 * The evaluation: asks completers about held-out code and writes docs/results.md with its plots.
 *
 *     npm run eval -- [--model DIR]... [--baseline NAME=COMMAND]... [--benchmarks DIR] [--items N] [--quick]
 *
 * eval/README.md lists the options; docs/results.md says what the numbers mean.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { format, resolveConfig } from 'prettier';
import { isRight, readBenchmarks, type Benchmark } from './benchmarks';
import { CachedCompleter } from './cache';
import { EngineCompleter, FloorCompleter, ProgramCompleter, type Completer } from './completer';
import { clean, cursorSpace, noisy, noisyPrefix, type Condition } from './conditions';
import { withoutLicence } from './licenceHead';
import { itemsOf, readSample, some, type Item, type Sampled } from './data';
import { ask, type Outcome } from './outcome';
import { OpenTabs } from './openTabs';
import { drawPlots } from './plots';
import { report } from './report/index';
import type { Evaluation, Results, Role } from './results';
import { markedSections } from './section';
import { fileBits, typeSegment, type TypedSegment } from './typist';

const root = path.join(import.meta.dirname, '../..');

const { values: options } = parseArgs({
  options: {
    /** Model packages; the first one is the one that the claims are about. */
    model: { type: 'string', multiple: true, default: [path.join(root, 'models/bytewise-small')] },
    /** Other programs, see ProgramCompleter. */
    baseline: { type: 'string', multiple: true, default: [] },
    data: { type: 'string', default: path.join(root, 'eval/data/held-out.jsonl.gz') },
    /** How many cursors, segments, and whole files; all of them unless said. */
    items: { type: 'string' },
    /** How many of these cursors are also asked with noise before them, and with more text; all of them unless said. */
    'noise-items': { type: 'string' },
    segments: { type: 'string' },
    files: { type: 'string' },
    /** Baselines type fewer segments: each is some 600 questions. */
    'baseline-segments': { type: 'string', default: '0' },
    /** Baselines see these kinds of noise, by their ids and commas between; all of them unless said. */
    'baseline-noise': { type: 'string' },
    /** Draws of each kind of typo, for the worst of them; baselines get one. */
    seeds: { type: 'string', default: '1' },
    /** No search for the most probable line; the benchmarks are asked as ever. */
    greedy: { type: 'boolean', default: false },
    benchmarks: { type: 'string' },
    'benchmark-items': { type: 'string' },
    /** Asks again even where the answer is known. */
    fresh: { type: 'boolean', default: false },
    /** A smoke test: little of everything, written to a temporary folder. */
    quick: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const { quick } = options;
const scratch = quick ? mkdtempSync(path.join(tmpdir(), 'bytewise-eval-')) : undefined;
/** A smoke test asks everything anew. */
const cache = scratch ?? path.join(process.env['BYTEWISE_CACHE'] ?? path.join(homedir(), '.cache/bytewise'), 'eval');
const count = (value: string | undefined, forQuick: number) =>
  value === undefined ? (quick ? forQuick : Infinity) : Number(value);

interface Started {
  readonly completer: CachedCompleter;
  readonly description: string;
  readonly role: Role;
}

async function startCompleters(tabs: OpenTabs): Promise<Started[]> {
  const cached = (completer: Completer) => new CachedCompleter(completer, cache, options.fresh);
  const engines: Started[] = [];
  for (const directory of options.model) {
    const started = await EngineCompleter.start(path.join(root, 'dist/engine.js'), directory, tabs);
    for (const engine of quick ? started.slice(0, 1) : started) {
      const { info, name } = engine;
      const megabytes = (info.packageBytes / 1e6).toFixed(1);
      const description = `model package, ${megabytes} MB, SHA-256 of its graphs ${info.modelSha256.slice(0, 16)}…, window ${info.contextBytes} bytes, ONNX Runtime ${info.onnxruntime} on the ${info.device.toUpperCase()}`;
      engines.push({
        completer: cached(engine),
        description: `${name}: ${description}`,
        role: engine.role,
      });
    }
  }
  const programs = options.baseline.map((definition) => {
    const [name = '', ...command] = definition.split('=');
    if (name === '' || command.length === 0) throw new Error(`--baseline wants NAME=COMMAND, not ${definition}`);
    const completer = cached(new ProgramCompleter(name, command.join('=')));
    return { completer, description: `${name}: \`${withoutPlaces(command.join('='))}\``, role: 'baseline' as const };
  });
  const floor = 'copy floor: no model; what followed the longest earlier occurrence of the text before the cursor';
  return [...engines, ...programs, { completer: cached(new FloorCompleter()), description: floor, role: 'model' }];
}

interface Work {
  readonly conditions: readonly Condition[];
  readonly items: readonly Item[];
  /** Those that the noise is for. */
  readonly noisyItems: ReadonlySet<Item>;
  /** Noise that depends on a seed, and how many seeds it gets. */
  readonly drawn: readonly Condition[];
  readonly seeds: number;
  readonly wideItems: readonly Item[];
  readonly segments: readonly Sampled[];
  readonly files: readonly Sampled[];
  readonly window: Evaluation['window'];
  readonly benchmarks: readonly Benchmark[];
}

async function evaluate({ completer, description, role }: Started, work: Work): Promise<Results> {
  const questions = work.benchmarks.flatMap(({ sets }) => sets.flatMap((set) => set.questions)).length;
  const redrawnItems = work.seeds > 1 ? work.noisyItems.size : 0;
  const steps =
    work.items.length + redrawnItems + work.wideItems.length + 2 * work.segments.length + work.files.length + questions;
  const bar = new SingleBar({ format: `${completer.name} {bar} {value}/{total} {eta_formatted}`, etaBuffer: 100 });
  bar.start(steps, 0);
  const outcomes: Outcome[] = [];
  const { greedy } = options;
  const rest = (item: Item, condition: Condition, prefix: string, withSuffix: boolean, scored: boolean) =>
    ask(completer, item, condition, prefix, { withSuffix, scored, greedy });
  for (const item of work.items) {
    // Clean text last, so that what differs from it only near its end finds it in the caches.
    for (const condition of [...(work.noisyItems.has(item) ? work.conditions : []), cursorSpace, clean]) {
      const prefix = noisyPrefix(condition, item);
      if (prefix === undefined) continue;
      const scored = condition !== cursorSpace;
      outcomes.push(await rest(item, condition, prefix, false, scored));
    }
    outcomes.push(await rest(item, clean, item.prefix, true, true));
    bar.increment();
  }
  const redrawn: Outcome[] = [];
  for (const item of work.seeds > 1 ? work.noisyItems : []) {
    for (const condition of work.drawn) {
      for (let seed = 1; seed < work.seeds; seed++) {
        const prefix = noisyPrefix(condition, item, seed);
        if (prefix === undefined) continue;
        redrawn.push(await rest(item, condition, prefix, false, false));
      }
    }
    bar.increment();
  }
  const wide: Outcome[] = [];
  for (const item of work.wideItems) {
    wide.push(await rest(item, clean, item.prefix, false, true));
    bar.increment();
  }
  const typed: TypedSegment[] = [];
  for (const segment of work.segments) {
    for (const noisyBefore of [false, true]) {
      typed.push(...(await typeSegment(completer, segment, noisyBefore)));
      bar.increment();
    }
  }
  const files: Results['files'][number][] = [];
  for (const file of completer.score ? work.files : []) {
    const read = await fileBits(completer, file, work.window);
    files.push({ language: file.language, fileId: `${file.package}|${file.path}`, ...read });
    bar.increment();
  }
  const benchmarks: Results['benchmarks'][number][] = [];
  for (const { name, sets, indentationCounts } of work.benchmarks) {
    for (const { questions, name: set, nominal } of sets) {
      const right = new Map<string, boolean>();
      for (const question of questions) {
        right.set(question.id, await isRight(completer, question, indentationCounts));
        bar.increment();
      }
      benchmarks.push({ benchmark: name, set, ...(nominal !== undefined && { nominal }), right });
    }
  }
  bar.stop();
  completer.flush();
  const { name, asked, askedMs } = completer;
  return { name, role, description, outcomes, redrawn, wide, typed, files, benchmarks, asked, askedMs };
}

function cut(benchmarks: readonly Benchmark[], most: number): Benchmark[] {
  const cutSet = (set: Benchmark['sets'][number]) => ({ ...set, questions: set.questions.slice(0, most) });
  return benchmarks.map((benchmark) => ({ ...benchmark, sets: benchmark.sets.map(cutSet) }));
}

/** What lies outside of the checkout is nobody's business: only its last name is told. */
const withoutPlaces = (text: string): string =>
  text
    .replaceAll(`${root}/`, '')
    .replaceAll(homedir(), '~')
    .replace(/(?<=^|[\s=])(\.\.)?\/(?:[^\s/]+\/)+/g, '…/');

const output = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: root }).toString('utf8').trim();

function facts(started: number, results: readonly Results[], asked: string): Evaluation['facts'] {
  const args = process.argv.slice(2).map(withoutPlaces);
  const answers = results.map(({ name, asked, askedMs }) => {
    if (asked === 0) return `${name} none`;
    return `${name} ${asked} (${(askedMs / asked).toFixed(0)} ms each)`;
  });
  return [
    ['Date', new Date(started).toISOString().slice(0, 10)],
    ['Machine', `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, shared with other work`],
    ['Commit', output('git', 'describe', '--always', '--dirty')],
    ['Command', `\`npm run eval${args.length > 0 ? ` -- ${args.join(' ')}` : ''}\``],
    ['Questions', asked],
    ['Minutes', ((Date.now() - started) / 60_000).toFixed(1)],
    ['Answers that were not in the cache', answers.join('; ')],
  ];
}

async function main(): Promise<void> {
  const started = Date.now();
  const sample = readSample(options.data);
  const cursorFiles = some(sample, count(options.items, 12), ({ cursors }) => cursors.length);
  const items = cursorFiles.flatMap((file) => itemsOf(file));
  const noisyFiles = some(cursorFiles, count(options['noise-items'], Infinity), ({ cursors }) => cursors.length);
  const noisyIds = new Set(noisyFiles.flatMap((file) => itemsOf(file).map(({ place }) => place)));
  const noisyItems = new Set(items.filter(({ place }) => noisyIds.has(place)));
  const segments = some(
    sample.flatMap(({ segment, ...file }) => {
      if (segment === undefined) return [];
      const [start, end] = segment;
      return [{ ...file, segment: [start, quick ? Math.min(start + 150, end) : end] as const }];
    }),
    count(options.segments, 1),
  );
  const files = some(
    sample.filter(({ whole }) => whole).map((file) => ({ ...file, text: withoutLicence(file.text) })),
    count(options.files, 1),
  );
  const notRun: string[] = [];
  if (options.benchmarks === undefined) {
    notRun.push('HumanEval-Infilling and ReCode: `--benchmarks` was not given.');
  }
  const benchmarks = options.benchmarks === undefined ? [] : readBenchmarks(options.benchmarks);
  const completers = await startCompleters(new OpenTabs(sample));
  const baselineSegments = some(segments, Number(options['baseline-segments']));
  const few = noisy.filter(({ id }) => ['T-ONE', 'T-MIX 3 %', 'T-MIDWORD'].includes(id));
  const named = options['baseline-noise']?.split(',');
  const baselineNoise = named ? noisy.filter(({ id }) => named.includes(id)) : quick ? few : noisy;
  const work: Work = {
    conditions: quick ? few : noisy,
    items,
    noisyItems,
    drawn: noisy.filter(({ id }) => id.startsWith('T-')),
    seeds: Number(options.seeds),
    wideItems: quick ? [] : noisyFiles.flatMap((file) => itemsOf(file, Infinity)),
    segments,
    files,
    window: { context: 1024, stride: 896 },
    benchmarks: cut(benchmarks, Number(options['benchmark-items'] ?? Infinity)),
  };
  const results: Results[] = [];
  try {
    const less = { ...work, conditions: few, seeds: 1, benchmarks: [] };
    const works: Readonly<Record<Role, Work>> = {
      model: work,
      aided: less,
      ablation: { ...less, segments: [] },
      baseline: { ...work, conditions: baselineNoise, seeds: 1, segments: baselineSegments },
    };
    for (const one of completers) results.push(await evaluate(one, works[one.role]));
  } finally {
    for (const { completer } of completers) completer.dispose();
  }
  const of = (part: number, all: number) => (part === all ? `all ${all}` : `${part} of ${all}`);
  const cursors = sample.reduce((sum, file) => sum + file.cursors.length, 0);
  const typable = sample.filter(({ segment }) => segment !== undefined).length;
  const whole = sample.filter((file) => file.whole).length;
  const evaluation: Evaluation = {
    items,
    noisyItems,
    segments: segments.length,
    window: work.window,
    results,
    quick,
    facts: facts(
      started,
      results,
      `${of(items.length, cursors)} cursors (${noisyItems.size} of them with noise), ${of(segments.length, typable)} segments, ${of(files.length, whole)} whole files`,
    ),
    notRun,
  };
  const out = options.out ?? scratch ?? path.join(root, 'docs');
  const images = path.join(out, 'images');
  mkdirSync(images, { recursive: true });
  const { markdown, plots } = report(evaluation);
  const names = await drawPlots(plots, images);
  const file = path.join(out, 'results.md');
  const config = await resolveConfig(path.join(root, 'docs/results.md'));
  // What other commands have written there stays.
  const others = existsSync(file) ? markedSections(readFileSync(file, 'utf8')) : [];
  const text = [markdown(names), ...others].join('\n\n');
  writeFileSync(file, await format(text, { ...config, parser: 'markdown' }));
  process.stdout.write(`${file}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
