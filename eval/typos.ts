/**
 * Measures the repair of misspelt identifiers by the code that the editor uses: how many of those with one typo are repaired,
 * and how many right ones get a wrong repair. Writes its section of docs/results.md.
 *
 *     npm run eval:typos -- [--data FILE] [--files N] [--typos N] [--model DIR] [--out DIR] [--dump FILE]
 */

import { appendFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { bestRepair, isWorthOffering, type Repair, type WrittenWord } from '../src/core/repair';
import { EngineClient } from '../src/engine/client';
import { readSample, some } from './data';
import { writeSection } from './section';
import { draw, identifiersOf, isKnown, misspelt, placesOf, ways, type Identifier, type Way } from './typoPlaces';
import { typoReport, type Repaired } from './typoReport';

const root = path.join(import.meta.dirname, '../..');

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: path.join(root, 'models/bytewise-small') },
    /** `eval/data/dev.jsonl.gz` is the set to fit limits on. */
    data: { type: 'string', default: path.join(root, 'eval/data/held-out.jsonl.gz') },
    /** How many files; all of them unless said. */
    files: { type: 'string' },
    /** Identifiers of a file that are misspelt, for each way. */
    typos: { type: 'string', default: '6' },
    /** Where `results.md` is. */
    out: { type: 'string', default: path.join(root, 'docs') },
    /** Every repair that was considered, as JSON lines. */
    dump: { type: 'string' },
  },
});

/** What the product would make of an identifier; in `typing` the first key at which it offers something counts. */
async function repairOf(
  places: readonly WrittenWord[],
  asking: Parameters<typeof bestRepair>[1],
): Promise<{ readonly best: Repair | undefined; readonly isOffered: boolean }> {
  let best: Repair | undefined;
  for (const place of places) {
    const repair = await bestRepair(place, asking);
    if (!repair) continue;
    if (isWorthOffering(place, repair)) return { best: repair, isOffered: true };
    if (!best || repair.gainBits > best.gainBits) best = repair;
  }
  return { best, isOffered: false };
}

async function main(): Promise<void> {
  const started = Date.now();
  const all = readSample(options.data).filter(({ language }) => language !== 'markdown');
  const files = some(all, options.files === undefined ? Infinity : Number(options.files));
  const engine = new EngineClient(path.join(root, 'dist/engine.js'), {
    modelDirectory: options.model,
    executionProvider: 'cpu',
  });
  const info = await engine.load();
  const rows: Repaired[] = [];
  const note = (row: Repaired) => {
    rows.push(row);
    if (options.dump === undefined || !row.best) return;
    const { fileId, at, word } = row.identifier;
    appendFileSync(options.dump, `${JSON.stringify({ ...row, identifier: { fileId, at, word } })}\n`);
  };
  if (options.dump !== undefined) writeFileSync(options.dump, '');
  const bar = new SingleBar({ format: '{bar} {value}/{total} files {eta_formatted}' });
  bar.start(files.length, 0);
  for (const file of files) {
    const identifiers = identifiersOf(file);
    const asking = { path: file.path, engine };
    for (const way of ways) {
      const known = identifiers.filter((identifier) => isKnown(identifier, way));
      const drawn = new Set(draw(known, Number(options.typos), `typos-v1|${way}|${file.package}|${file.path}`));
      // In the order of the file, so that most of a prompt is read already.
      for (const identifier of identifiers) {
        note(await judged(identifier, identifier.word, way, asking));
        const written = drawn.has(identifier) ? misspelt(identifier) : undefined;
        if (written !== undefined) note(await judged(identifier, written, way, asking));
      }
    }
    bar.increment();
  }
  bar.stop();
  engine.dispose();
  const text = typoReport(rows, {
    files: files.length === all.length ? `all ${all.length}` : `${files.length} of ${all.length}`,
    data: path.basename(options.data),
    model: `${info.modelName}, SHA-256 ${info.modelSha256.slice(0, 16)}…`,
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    date: new Date(started).toISOString().slice(0, 10),
    minutes: (Date.now() - started) / 60_000,
  });
  await writeSection(path.join(options.out, 'results.md'), 'typos', text);
  process.stdout.write(`${text}\n`);
}

async function judged(
  identifier: Identifier,
  written: string,
  way: Way,
  asking: Parameters<typeof bestRepair>[1],
): Promise<Repaired> {
  const { best, isOffered } = await repairOf(placesOf(identifier, written, way), asking);
  const { fileId, word } = identifier;
  const isTypo = written !== word;
  return {
    identifier,
    fileId,
    way,
    isTypo,
    written,
    best,
    isOffered,
    isRight: isOffered && best?.words.includes(word) === true,
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
