/** What each command does. Errors that end a command are thrown; program.ts says them. */
import { Chalk } from 'chalk';
import type { Engine, EngineOptions } from '../core/engine';
import { defaultGate, invokedGate, type Silence } from '../core/suggestion';
import { benchmark, type Figure } from './benchmark';
import { complete } from './complete';
import { diagnose, thisHost, unable } from './doctor';
import { doctorText } from './doctorText';
import { entropyJson, measureFile, summary } from './entropy';
import { exitCodes, usageError, type ExitCode } from './failure';
import { checkModelDirectory, readNamedFile } from './files';
import { colouredText, markedBytes } from './heatText';
import { answerLines } from './jsonl';
import { parsePosition, textAround } from './position';
import type { World } from './world';

export interface EngineFlags {
  readonly model: EngineOptions['modelDirectory'];
  readonly ep: EngineOptions['executionProvider'];
  readonly softwareGpu?: true;
}

/** `check`: whether to find out about GPUs of which nothing is known, which can take a minute. */
function engineOptions({ model, ep, softwareGpu }: EngineFlags, check = false): EngineOptions {
  return {
    modelDirectory: model,
    executionProvider: ep,
    ...(check && { check: 'before' }),
    ...(softwareGpu && { softwareGpu }),
  };
}
export type CompleteFlags = EngineFlags & { readonly jsonl?: true; readonly raw?: true; readonly json?: true };
export type BenchFlags = JsonFlags & { readonly runs: number };
export type JsonFlags = EngineFlags & { readonly json?: true };

async function withEngine<T>(
  world: World,
  flags: EngineFlags,
  use: (engine: Engine) => Promise<T>,
  check = false,
): Promise<T> {
  await checkModelDirectory(flags.model);
  const engine = world.startEngine(engineOptions(flags, check));
  try {
    return await use(engine);
  } finally {
    engine.dispose();
  }
}

export async function completeCommand(
  world: World,
  place: string | undefined,
  flags: CompleteFlags,
): Promise<ExitCode> {
  if (!flags.jsonl === !place) {
    throw usageError('complete takes either FILE:LINE:COL or --jsonl; run `bytewise complete --help`');
  }
  return place ? completeAt(world, place, flags) : completeLines(world, flags);
}

function completeLines(world: World, flags: CompleteFlags): Promise<ExitCode> {
  return withEngine(world, flags, async (engine) => {
    // A model that cannot be loaded is said once and not for every line.
    await engine.load();
    return answerLines(engine, world, { raw: flags.raw === true, gate: defaultGate });
  });
}

/** A model has read no rule against control characters, and a terminal obeys them. */
const printable = (text: string) => text.replaceAll(/[^\P{Cc}\t]/gu, '\ufffd');

const silences: Readonly<Record<Silence, string>> = {
  empty: 'the model suggests nothing here',
  'duplicates-suffix': 'what the model suggests stands after the cursor already',
  repetitive: 'the model only repeats itself',
  unsure: 'the model is too unsure',
  'looks-secret': 'what the model suggests looks like a key or a password',
};

async function completeAt(world: World, place: string, flags: CompleteFlags): Promise<ExitCode> {
  const position = parsePosition(place);
  const around = textAround(await readNamedFile(position.file), position);
  // Who asks for one place asks by hand.
  const mode = { raw: flags.raw === true, gate: invokedGate };
  const answer = await withEngine(world, flags, (engine) => complete(engine, { path: position.file, ...around }, mode));
  if (flags.json) await world.stdout.write(`${JSON.stringify(answer)}\n`);
  else if (answer.shown)
    await world.stdout.write(`${world.stdout.isTerminal ? printable(answer.text) : answer.text}\n`);
  else {
    const hint = answer.text === '' ? '' : ' (--raw prints it all the same)';
    world.messages.complain(`nothing to show, because ${silences[answer.reason ?? 'empty']}${hint}`);
  }
  return exitCodes.ok;
}

export async function entropyCommand(world: World, file: string, flags: JsonFlags): Promise<ExitCode> {
  const { stdout, messages, colours } = world;
  const bytes = await readNamedFile(file);
  const entropies = await withEngine(world, flags, (engine) => measureFile(engine, bytes, messages));
  if (flags.json) {
    for (const piece of entropyJson(entropies)) await stdout.write(piece);
  } else if (colours > 0) {
    for (const piece of colouredText(bytes, entropies, new Chalk({ level: colours }))) await stdout.write(piece);
  } else {
    for (const piece of markedBytes(bytes, entropies, stdout.isTerminal)) await stdout.write(piece);
    messages.say(`│ ${summary(entropies)}`);
  }
  return exitCodes.ok;
}

export async function doctorCommand(world: World, flags: JsonFlags): Promise<ExitCode> {
  const host = thisHost(world.version);
  const report = await withEngine(world, flags, (engine) => diagnose(engine, host, flags.model), true).catch(
    (error: unknown) => unable(host, flags.model, error),
  );
  const chalk = new Chalk({ level: world.colours });
  await world.stdout.write(flags.json ? `${JSON.stringify(report, undefined, 2)}\n` : doctorText(report, chalk));
  if (report.error === undefined) return exitCodes.ok;
  if (flags.json) world.messages.complain(report.error);
  return exitCodes.failure;
}

export async function benchCommand(world: World, { runs, json, ...flags }: BenchFlags): Promise<ExitCode> {
  await checkModelDirectory(flags.model);
  const start = () => world.startEngine(engineOptions(flags, true));
  const result = await benchmark(start, runs, world.version, (what) => {
    world.messages.progress(what);
  });
  world.messages.progress('');
  const text = json
    ? JSON.stringify(result, undefined, 2)
    : Object.entries(result)
        .flatMap(([name, value]) => benchLines(name, value as string | Figure | Record<string, Figure>))
        .join('\n');
  await world.stdout.write(`${text}\n`);
  return exitCodes.ok;
}

function benchLines(name: string, value: string | Figure | Record<string, Figure>): string[] {
  if (typeof value === 'string') return [`${name.padEnd(26)} ${value}`];
  if (!('p50' in value))
    return Object.entries(value).flatMap(([part, figure]) => benchLines(`${name}.${part}`, figure));
  const { p50, p95, n } = value as Figure;
  return [`${name.padEnd(26)} ${n === 0 ? 'unknown' : `${p50} (95 %: ${p95}, n = ${n})`}`];
}
