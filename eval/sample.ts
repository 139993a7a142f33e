/**
 * Draws the evaluation data from a split of the corpus (training/corpus.py): files, cursors in them, and segments to type.
 *
 *     npm run eval:sample -- [--corpus DIR --archives DIR --split test --items 900 --segments 80]
 *
 * Everything is drawn with fixed seeds, so the same corpus gives the same data.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { parse } from 'smol-toml';
import { encodeUtf8 } from '../src/core/bytes';
import { cursorClasses, type Cursor, type CursorClass, type Sampled } from './data';
import { groupBy } from './group';
import { regions } from './lexer';
import { Random } from './random';

const root = path.join(import.meta.dirname, '../..');
const cache = process.env['BYTEWISE_CACHE'] ?? path.join(homedir(), '.cache/bytewise');
const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: path.join(cache, 'corpus') },
    archives: { type: 'string', default: path.join(cache, 'archives') },
    split: { type: 'string', default: 'test' },
    items: { type: 'string', default: '900' },
    segments: { type: 'string', default: '80' },
  },
});

/** All lengths below are in characters (UTF-16 code units) but for the target, which counts in bytes. */
const cursorsPerFile = 3;
/** Languages that people write less of get a third of the cursors. */
const side = ['html', 'css', 'json', 'yaml', 'markdown', 'shell'];
const leastBefore = 400;
const mostTargetBytes = 120;
const keptBefore = 6144;
const keptAfter = 600;
const wholeFile = 12_000;
/** Cursors of one file lie within such a stretch. */
const stretch = 6_000;
const segmentStart = 600;
const segmentLength = 600;

interface Package {
  readonly registry: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly split?: string;
}

interface Document {
  readonly package: Package;
  readonly language: string;
  readonly path: string;
  readonly text: string;
}

// --- reading the corpus ------------------------------------------------------------------------------------------------

/** Unpacks an archive into a new folder. */
function unpack({ registry, name, version }: Package): string {
  const stem = `${registry}-${name}-${version}`.replace(/[^\w.-]+/g, '_');
  const archive = readdirSync(values.archives).find((file) => file.startsWith(`${stem}.`) && !file.endsWith('.part'));
  if (archive === undefined) throw new Error(`${values.archives} has no ${stem}. Run training/corpus.py first.`);
  const file = path.join(values.archives, archive);
  const directory = mkdtempSync(path.join(tmpdir(), 'bytewise-sample-'));
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
  if (archive.endsWith('.whl')) execFileSync('python3', ['-m', 'zipfile', '-e', file, directory], quiet);
  else if (archive.endsWith('.deb')) execFileSync('dpkg-deb', ['-x', file, directory], quiet);
  else execFileSync('tar', ['-xf', file, '-C', directory, '--strip-components=1', '--no-same-owner'], quiet);
  return directory;
}

const normalised = (bytes: Buffer) =>
  bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n');

function fileText(directory: string, name: string): string | undefined {
  try {
    return normalised(readFileSync(path.join(directory, name)));
  } catch {
    return undefined;
  }
}

/** The texts of the licences that a package carries. */
function licenceTexts(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => /(^|\/)(licen[cs]e|copying|notice|copyright)[^/]*$/i.test(name) && !/\.(js|ts|py|go|rs|h)$/.test(name),
    )
    .filter((name) => name.split('/').length <= 3 || /dist-info|share\/doc/.test(name))
    .flatMap((name) => fileText(directory, name) ?? []);
}

/** The documents of the split, each with the package that it was found to come from. */
function readDocuments(): { documents: Document[]; licences: Map<Package, string[]> } {
  const split = path.join(values.corpus, values.split);
  const index = JSON.parse(readFileSync(`${split}.json`, 'utf8')) as [number, number, string, string][];
  const bytes = readFileSync(`${split}.bin`);
  const toml = parse(readFileSync(path.join(root, 'training/corpus.toml'), 'utf8'));
  const packages = (toml['package'] as unknown as Package[]).filter((one) => one.split === values.split);
  const documents: Document[] = [];
  const licences = new Map<Package, string[]>();
  let next = 0;
  // The corpus has its packages one after another.
  for (const one of packages) {
    const directory = unpack(one);
    const before = next;
    for (; next < index.length; next++) {
      const [start, end, language, name] = index[next] as (typeof index)[number];
      const text = bytes.toString('utf8', start, end);
      // Debian's paths lack their first folder in the corpus, as npm's do.
      const found = fileText(directory, name) ?? fileText(directory, path.join('usr', name));
      if (found !== text) break;
      documents.push({ package: one, language, path: name, text });
    }
    if (next > before) licences.set(one, licenceTexts(directory));
    console.log(`${one.name} ${one.version}: ${next - before} files`);
    rmSync(directory, { recursive: true });
  }
  if (next < index.length) throw new Error(`${String(index[next]?.[3])} belongs to no package of corpus.toml.`);
  return { documents, licences };
}

// --- drawing -------------------------------------------------------------------------------------------------------------

const wordBefore = /[\p{L}\p{N}_$]$/u;
const wordAfter = /^[\p{L}\p{N}_$]/u;
const trigger = /[.([{,=:<>"'`/@!&|+?-] ?$/;

/** What kind of place a cursor is, if it is one that is sampled. `line` is split at the cursor. */
function classOf(before: string, after: string, inComment: boolean): CursorClass | undefined {
  if (before === '') return inComment ? undefined : 'newline';
  if (before.trim() === '') return inComment || /^\s/.test(after) ? undefined : 'line_start';
  if (inComment) return wordAfter.test(after) && /\s$/.test(before) ? 'comment' : undefined;
  if (/[A-Za-z]{3}$/.test(before) && wordAfter.test(after)) return 'mid_word';
  if (wordBefore.test(before)) return undefined;
  if (trigger.test(before)) return 'after_trigger';
  return wordAfter.test(after) ? 'word_start' : undefined;
}

function places(document: Document, from: number, to: number): Map<CursorClass, Cursor[]> {
  const { text, language } = document;
  const regionOf = regions(text, language);
  const found = new Map<CursorClass, Cursor[]>(cursorClasses.map((name) => [name, []]));
  let lineStart = text.lastIndexOf('\n', from - 1) + 1;
  while (lineStart < Math.min(to, text.length)) {
    const newline = text.indexOf('\n', lineStart);
    const lineEnd = newline < 0 ? text.length : newline;
    for (let at = Math.max(lineStart, from); at < Math.min(lineEnd, to); at++) {
      const target = text.slice(at, lineEnd);
      if (!/[\p{L}\p{N}]/u.test(target) || encodeUtf8(target).length > mostTargetBytes) continue;
      if (/^[\udc00-\udfff]/.test(target)) continue;
      const inComment = regionOf[at] === 'c' || (regionOf[at] === 'w' && regionOf[at - 1] === 'c');
      const kind = classOf(text.slice(lineStart, at), target, inComment);
      if (kind !== undefined) found.get(kind)?.push({ at, kind, length: target.length });
    }
    lineStart = lineEnd + 1;
  }
  return found;
}

/** Takes turns between packages, each of them in a drawn order, so that none is most of the sample. */
function interleaved(documents: readonly Document[], random: Random): Document[] {
  const groups = groupBy(documents, (document) => document.package);
  const queues = [...groups.values()].map((group) => {
    const pool = [...group];
    return Array.from(group, () => pool.splice(random.below(pool.length), 1)[0] as Document);
  });
  const out: Document[] = [];
  for (let round = 0; out.length < documents.length; round++) {
    for (const queue of queues) if (queue[round] !== undefined) out.push(queue[round] as Document);
  }
  return out;
}

interface Drawn {
  readonly document: Document;
  cursors: Cursor[];
  segment?: readonly [start: number, end: number];
}

function drawCursors(documents: readonly Document[], perClass: number, random: Random): Drawn[] {
  const left = new Map(cursorClasses.map((name) => [name, perClass]));
  const drawn: Drawn[] = [];
  for (const document of documents) {
    if ([...left.values()].every((count) => count === 0)) break;
    const room = document.text.length - leastBefore - stretch;
    const from = leastBefore + (room > 0 ? random.below(room) : 0);
    const found = places(document, from, from + stretch);
    const cursors: Cursor[] = [];
    const lines = new Set<number>();
    const wanted = cursorClasses.toSorted((a, b) => (left.get(b) ?? 0) - (left.get(a) ?? 0));
    for (const kind of wanted) {
      if (cursors.length === cursorsPerFile || left.get(kind) === 0) continue;
      const free = (found.get(kind) ?? []).filter(({ at, length }) => !lines.has(at + length));
      if (free.length === 0) continue;
      const cursor = random.pick(free);
      cursors.push(cursor);
      lines.add(cursor.at + cursor.length);
      left.set(kind, (left.get(kind) ?? 0) - 1);
    }
    if (cursors.length > 0) drawn.push({ document, cursors: cursors.toSorted((a, b) => a.at - b.at) });
  }
  return drawn;
}

/** From a line start to the line end after some 600 characters. */
function drawSegment({ text }: Document, random: Random): readonly [number, number] | undefined {
  const room = text.length - segmentStart - segmentLength;
  if (room <= 0) return undefined;
  const start = text.indexOf('\n', segmentStart - 1 + random.below(room)) + 1;
  const end = text.indexOf('\n', start + segmentLength);
  if (start === 0 || end < 0 || end - start > 1.5 * segmentLength) return undefined;
  return [start, end + 1];
}

/** What is kept of a file: all of a short one, and of a long one what the cursors and the segment need. */
function record({ document, cursors, segment }: Drawn): Sampled {
  const { text, package: from } = document;
  const starts = [...cursors.map(({ at }) => at), ...(segment ? [segment[0]] : [])];
  const ends = [...cursors.map(({ at, length }) => at + length), ...(segment ? [segment[1]] : [])];
  const isWhole = text.length <= wholeFile;
  const start = isWhole ? 0 : text.lastIndexOf('\n', Math.max(0, Math.min(...starts) - keptBefore)) + 1;
  const wantedEnd = Math.max(...ends) + keptAfter;
  const end = isWhole || wantedEnd >= text.length ? text.length : (text + '\n').indexOf('\n', wantedEnd);
  return {
    package: from.name,
    version: from.version,
    licence: from.licence,
    language: document.language,
    path: document.path,
    start,
    whole: start === 0 && end === text.length,
    text: text.slice(start, end),
    cursors: cursors.map((cursor) => ({ ...cursor, at: cursor.at - start })),
    ...(segment && { segment: [segment[0] - start, segment[1] - start] as const }),
  };
}

function notice(packages: Map<Package, string[]>): string {
  const texts = new Map<string, string[]>();
  const rows = [...packages].map(([{ registry, name, version, licence }, own]) => {
    for (const text of own) texts.set(text.trim(), [...(texts.get(text.trim()) ?? []), name]);
    return `- \`${name}\` ${version} (${registry}): ${licence}`;
  });
  const bodies = [...texts].map(
    ([text, names]) => `## ${[...new Set(names)].join(', ')}\n\n\`\`\`\`\n${text}\n\`\`\`\`\n`,
  );
  return `${rows.join('\n')}\n\n${bodies.join('\n')}`;
}

function main(): void {
  const { documents, licences } = readDocuments();
  const languages = [...new Set(documents.map(({ language }) => language))].toSorted();
  const weightOf = (language: string) => (side.includes(language) ? 1 : 3);
  const weights = languages.reduce((sum, language) => sum + weightOf(language), 0);
  const sampled: Sampled[] = [];
  for (const language of languages) {
    const random = new Random(`sample-v1|${values.split}|${language}`);
    const own = interleaved(
      documents.filter((document) => document.language === language && document.text.length > leastBefore + 200),
      random,
    );
    const share = weightOf(language) / weights;
    const perClass = Math.round((Number(values.items) * share) / cursorClasses.length);
    const drawn = drawCursors(own, perClass, random);
    let segments = Math.round(Number(values.segments) * share);
    for (const one of drawn) {
      const segment = segments > 0 ? drawSegment(one.document, random) : undefined;
      if (segment === undefined) continue;
      one.segment = segment;
      segments--;
    }
    sampled.push(...drawn.map(record));
  }
  const name = values.split === 'test' ? 'held-out' : values.split;
  const lines = sampled.map((one) => `${JSON.stringify(one)}\n`).join('');
  const file = path.join(root, 'eval/data', `${name}.jsonl.gz`);
  writeFileSync(file, gzipSync(lines, { level: 9 }));
  const used = new Set(sampled.map((one) => one.package));
  const own = new Map([...licences].filter(([{ name }]) => used.has(name)));
  writeFileSync(
    path.join(root, 'eval/data', `${name}.NOTICE.md`),
    `# Whose code ${name}.jsonl.gz quotes\n\n${notice(own)}`,
  );
  const count = (kind: CursorClass) =>
    sampled.flatMap(({ cursors }) => cursors).filter((one) => one.kind === kind).length;
  console.log(`${sampled.length} files, ${sampled.filter(({ segment }) => segment).length} segments`);
  console.log(cursorClasses.map((kind) => `${kind} ${count(kind)}`).join(', '));
  for (const [language, files] of groupBy(sampled, (one) => one.language)) console.log(language, files.length, 'files');
}

main();
