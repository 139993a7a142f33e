/**
 * The noise operators of the evaluation protocol. Each takes the text before the cursor (line ends LF), the language and
 * a seed, and gives a noisy text; the same seed gives the same text in every implementation (test/unit/eval/golden).
 */

import { neighbours } from './keyboard';
import { regions, type Region } from './lexer';
import { Random } from './random';
import { strip } from './white';

export interface Noisy {
  readonly text: string;
  readonly edits: number;
}

// --- typos -----------------------------------------------------------------------------------------------------------

/** Puts one edit at letter `at` of a word; may leave it as it is. */
type Edit = (word: string, at: number, random: Random) => string;

const likeCase = (letter: string, model: string) => (model === model.toLowerCase() ? letter : letter.toUpperCase());
const letter = (word: string, at: number) => word[at] ?? '';

export type TypoKind = 'sub' | 'swap' | 'ins' | 'del' | 'case';

const edits: Readonly<Record<TypoKind, Edit>> = {
  sub(word, at, random) {
    const beside = neighbours[letter(word, at).toLowerCase()];
    if (beside === undefined) return word;
    return word.slice(0, at) + likeCase(random.pick(beside), letter(word, at)) + word.slice(at + 1);
  },
  swap(word, at) {
    if (word.length < 2) return word;
    const first = Math.min(at, word.length - 2);
    return word.slice(0, first) + letter(word, first + 1) + letter(word, first) + word.slice(first + 2);
  },
  /** Half of the insertions double the letter, the others add a neighbour. */
  ins(word, at, random) {
    if (random.next() < 0.5) return word.slice(0, at) + letter(word, at) + word.slice(at);
    const beside = neighbours[letter(word, at).toLowerCase()];
    const added = beside === undefined ? letter(word, at) : random.pick(beside);
    return word.slice(0, at + 1) + likeCase(added, letter(word, at)) + word.slice(at + 1);
  },
  /** Never the first letter. */
  del(word, at) {
    if (word.length < 3) return word;
    const gone = Math.max(1, at);
    return word.slice(0, gone) + word.slice(gone + 1);
  },
  case(word, at) {
    const old = letter(word, at);
    const flipped = old === old.toLowerCase() ? old.toUpperCase() : old.toLowerCase();
    return word.slice(0, at) + flipped + word.slice(at + 1);
  },
};

/** The shares of single edits among recorded typos. */
const mix = [
  ['del', 0.3],
  ['ins', 0.27],
  ['swap', 0.22],
  ['sub', 0.21],
] as const;

function drawKind(random: Random): TypoKind {
  const draw = random.next();
  let sum = 0;
  for (const [kind, share] of mix) {
    sum += share;
    if (draw < sum) return kind;
  }
  return 'sub';
}

interface TypoOptions {
  /** Drawn by the shares of recorded typos unless given. */
  readonly kind?: TypoKind;
  /** Expected edits per eligible letter; a word gets one at most. */
  readonly rate?: number;
  /** What may be hit. */
  readonly classes?: string;
  /** Words from here on only. */
  readonly from?: number;
  /** Instead of a rate: so many edits, each in another word. */
  readonly exactly?: number;
}

interface Word {
  readonly start: number;
  readonly end: number;
}

/** Runs of two ASCII letters or more. */
function eligibleWords(text: string, regionOf: readonly Region[], classes: string, from: number): Word[] {
  return [...text.matchAll(/[A-Za-z]{2,}/g)]
    .map(({ index, 0: word }) => ({ start: index, end: index + word.length }))
    .filter(({ start }) => start >= from && classes.includes(regionOf[start] ?? ' '));
}

export function typos(
  text: string,
  language: string,
  seed: string,
  { kind, rate = 0.03, classes = 'ics', from = 0, exactly }: TypoOptions = {},
): Noisy {
  const random = new Random(seed);
  const words = eligibleWords(text, regions(text, language), classes, from);
  const chosen = exactly === undefined ? undefined : choose(words.length, exactly, random);
  return replaceWords(text, words, (word, index) => {
    const hit = chosen ? chosen.has(index) : random.next() < 1 - (1 - rate) ** word.length;
    if (!hit) return word;
    const edit: Edit = edits[kind ?? drawKind(random)];
    return edit(word, random.below(word.length), random);
  });
}

function choose(of: number, count: number, random: Random): ReadonlySet<number> {
  const pool = Array.from({ length: of }, (_, i) => i);
  const chosen = new Set<number>();
  while (pool.length > 0 && chosen.size < count) {
    for (const one of pool.splice(random.below(pool.length), 1)) chosen.add(one);
  }
  return chosen;
}

function replaceWords(text: string, words: readonly Word[], replace: (word: string, index: number) => string): Noisy {
  let out = '';
  let done = 0;
  let count = 0;
  for (const [index, { start, end }] of words.entries()) {
    const word = text.slice(start, end);
    const other = replace(word, index);
    if (other === word) continue;
    out += text.slice(done, start) + other;
    done = end;
    count++;
  }
  return { text: out + text.slice(done), edits: count };
}

/** One edit in the two lines before the cursor: the line above, and the current one up to the cursor. */
export function oneTypo(text: string, language: string, seed: string): Noisy {
  const line = text.lastIndexOf('\n') + 1;
  const above = line < 2 ? 0 : text.lastIndexOf('\n', line - 2) + 1;
  return typos(text, language, seed, { classes: 'icsx', from: above, exactly: 1 });
}

/** One edit inside of the word that is being typed, if it has at least three letters. */
export function midWordTypo(text: string, seed: string): Noisy {
  const match = /[A-Za-z]+(?=\n?$)/.exec(text);
  const random = new Random(seed);
  const word = match?.[0] ?? '';
  if (!match || word.length < 3) return { text, edits: 0 };
  const edit: Edit = edits[drawKind(random)];
  const noisy = edit(word, random.below(word.length), random);
  return { text: text.slice(0, match.index) + noisy, edits: noisy === word ? 0 : 1 };
}

/** Recorded misspellings: `table` has them by the right word, in lower case. */
export function recordedTypos(
  text: string,
  language: string,
  seed: string,
  table: Readonly<Record<string, readonly string[]>>,
  { share = 0.2, classes = 'cx' } = {},
): Noisy {
  const random = new Random(seed);
  return replaceWords(text, eligibleWords(text, regions(text, language), classes, 0), (word) => {
    const misspellings = Object.hasOwn(table, word.toLowerCase()) ? table[word.toLowerCase()] : undefined;
    if (misspellings === undefined || random.next() >= share) return word;
    const other = random.pick(misspellings);
    const isCapital = letter(word, 0) !== letter(word, 0).toLowerCase();
    return isCapital ? other.charAt(0).toUpperCase() + other.slice(1).toLowerCase() : other;
  });
}

// --- the five noises of the BLT paper (arXiv 2412.09871, section 6) -----------------------------------------------------

export type BltNoise = 'antspeak' | 'upper' | 'drop' | 'randomcase' | 'repeat';

export function bltNoise(text: string, seed: string, kind: BltNoise): string {
  const random = new Random(seed);
  const each = (change: (character: string) => string) => Array.from(text, change).join('');
  switch (kind) {
    case 'antspeak':
      return Array.from(text.toUpperCase()).join(' ');
    case 'upper':
      return text.toUpperCase();
    case 'drop':
      return each((character) => (random.next() >= 0.1 ? character : ''));
    case 'randomcase':
      return each((character) => (random.next() < 0.5 ? character.toUpperCase() : character.toLowerCase()));
    case 'repeat':
      return each((character) => (random.next() < 0.2 ? character.repeat(2 + random.below(4)) : character));
  }
}

/** The same, on comments and prose only. */
export function bltNoiseInComments(text: string, language: string, seed: string, kind: BltNoise): string {
  const regionOf = regions(text, language);
  const isEligible = (unit: number) => 'cx'.includes(regionOf[unit] ?? ' ');
  let out = '';
  let place = 0; // in characters, as the seeds count
  for (let start = 0, end; start < text.length; start = end) {
    end = start + 1;
    while (end < text.length && isEligible(end) === isEligible(start)) end++;
    const part = text.slice(start, end);
    out += isEligible(start) ? bltNoise(part, seed + String(place), kind) : part;
    place += Array.from(part).length;
  }
  return out;
}

// --- formats ---------------------------------------------------------------------------------------------------------

/** A tab, or as many spaces as lines are most often indented beyond the line before. */
export function indentUnit(text: string): string {
  const counts = new Map<number, number>();
  let previous = 0;
  for (const line of text.split('\n')) {
    if (strip(line) === '') continue;
    if (line.startsWith('\t')) return '\t';
    const width = line.length - line.replace(/^ +/, '').length;
    if (width > previous) counts.set(width - previous, (counts.get(width - previous) ?? 0) + 1);
    previous = width;
  }
  let best = 4;
  let most = 0;
  for (const [step, count] of counts) if (count > most) [best, most] = [step, count];
  return ' '.repeat(best);
}

/** Gives every line that is not blank another indentation. */
function indented(text: string, indent: (old: string) => string): string {
  return text
    .split('\n')
    .map((line) => {
      const body = line.replace(/^[ \t]+/, '');
      return body === '' ? line : indent(line.slice(0, line.length - body.length)) + body;
    })
    .join('\n');
}

const tabsForSpaces = (unit: string) => (old: string) =>
  unit === '\t' ? old.replaceAll('\t', '    ') : old.replaceAll(unit, '\t');

interface FormatOptions {
  /** How likely a line or a place is hit, where an operator draws. */
  readonly share?: number;
  /** The width of an indentation, or how many spaces. */
  readonly width?: number;
}

type Format = (
  text: string,
  options: { readonly language: string; readonly random: Random; readonly share: number; readonly width?: number },
) => string;

const site = /[ ]?(===|!==|==|!=|<=|>=|=>|->|:=|\+=|-=|\*=|\/=|&&|\|\||[=+*<>,:])[ ]?/g;
const oddSpaces = ['', '', ' ', '  '];
const lookAlikes: Readonly<Record<string, string>> = { ' ': '\u00a0', "'": '\u2019', '"': '\u201d' };

export type FormatName =
  | 'tab_indent'
  | 'mixed_tabs'
  | 'indent_width'
  | 'indent_jitter'
  | 'trailing_ws'
  | 'crlf'
  | 'crlf_mixed'
  | 'blank_lines'
  | 'no_blank_lines'
  | 'op_spacing'
  | 'join_lines'
  | 'drop_bracket'
  | 'cursor_space'
  | 'col0'
  | 'split_lines'
  | 'unicode';

const formats: Readonly<Record<FormatName, Format>> = {
  tab_indent: (text) => indented(text, tabsForSpaces(indentUnit(text))),
  mixed_tabs(text, { random, share }) {
    const other = tabsForSpaces(indentUnit(text));
    return indented(text, (old) => (random.next() >= share ? old : other(old)));
  },
  indent_width(text, { width }) {
    const unit = indentUnit(text);
    const wanted = ' '.repeat(width ?? (unit === '  ' ? 4 : 2));
    return indented(text, (old) => {
      if (unit === '\t') return old.replaceAll('\t', wanted);
      return wanted.repeat(Math.floor(old.length / unit.length)) + ' '.repeat(old.length % unit.length);
    });
  },
  indent_jitter(text, { random, share }) {
    return indented(text, (old) => {
      if (random.next() >= share) return old;
      const more = random.pick([-2, -1, 1, 2]);
      if (more > 0) return old + ' '.repeat(more);
      return old.length >= -more ? old.slice(0, more) : old;
    });
  },
  trailing_ws(text, { random, share }) {
    const lines = text.split('\n');
    const isHit = (i: number) => i < lines.length - 1 && random.next() < share;
    return lines.map((line, i) => (isHit(i) ? line + random.pick([' ', '  ', '    ', '\t']) : line)).join('\n');
  },
  crlf: (text) => text.replaceAll('\n', '\r\n'),
  crlf_mixed: (text, { random, share }) => text.replace(/\n/g, () => (random.next() < share ? '\r\n' : '\n')),
  blank_lines: (text, { random, share }) => text.replace(/\n/g, () => (random.next() < share ? '\n\n' : '\n')),
  no_blank_lines: (text) => text.replace(/\n(?:[ \t]*\n)+/g, '\n'),
  op_spacing(text, { language, random, share }) {
    const regionOf = regions(text, language);
    const isMarkup = language === 'html' || language === 'css';
    let out = '';
    let done = 0;
    for (const match of text.matchAll(site)) {
      const operator = match[1] ?? '';
      const start = match.index;
      const end = start + match[0].length;
      const operatorStart = match[0].startsWith(' ') ? start + 1 : start;
      if (start < done || regionOf[operatorStart] !== 'o' || random.next() >= share) continue;
      if (isMarkup && '<>:'.includes(operator)) continue;
      if (text[start - 1] === '\n') continue;
      const other = random.pick(oddSpaces) + operator + random.pick(oddSpaces);
      if (end >= text.length) continue;
      out += text.slice(done, start) + other;
      done = end;
    }
    return out + text.slice(done);
  },
  /** Missing newlines, where braces and semicolons make them unnecessary. */
  join_lines(text, { language, random, share }) {
    if (language === 'python' || language === 'markdown') return text;
    return text.replace(/([;{}])\n[ \t]*/g, (whole, end: string) => (random.next() < share ? `${end} ` : whole));
  },
  /** One closing bracket of the last 600 characters is missing. */
  drop_bracket(text, { language, random }) {
    const regionOf = regions(text, language);
    const from = text.length - Array.from(text).slice(-600).join('').length;
    const closers: number[] = [];
    for (let i = from; i < text.length; i++) {
      if (')]}'.includes(text[i] ?? ' ') && regionOf[i] === 'o') closers.push(i);
    }
    if (closers.length === 0) return text;
    const gone = random.pick(closers);
    return text.slice(0, gone) + text.slice(gone + 1);
  },
  cursor_space: (text, { width = 1 }) => text + ' '.repeat(width),
  col0(text) {
    const line = text.lastIndexOf('\n') + 1;
    return `${text.slice(0, Math.max(0, line - 1))}\n${text.slice(line).replace(/^[ \t]+/, '')}`;
  },
  /** Cuts the longest line but the current one at a space. */
  split_lines(text, { language, random }) {
    const lines = text.split('\n');
    const regionOf = regions(text, language);
    let start = 0;
    let best: { readonly length: number; readonly line: number; readonly spaces: readonly number[] } | undefined;
    for (const [index, line] of lines.slice(0, -1).entries()) {
      const spaces = [...line.matchAll(/ /g)]
        .map((match) => match.index)
        .filter((at) => strip(line.slice(0, at)) !== '' && strip(line.slice(at)) !== '')
        .filter((at) => regionOf[start + at] === 'w');
      const length = Array.from(strip(line)).length;
      if (spaces.length > 0 && (best === undefined || length > best.length)) best = { length, line: index, spaces };
      start += line.length + 1;
    }
    if (best === undefined) return text;
    const at = random.pick(best.spaces);
    const line = lines[best.line] ?? '';
    lines[best.line] = `${line.slice(0, at)}${language === 'python' ? ' \\' : ''}\n${line.slice(at + 1)}`;
    return lines.join('\n');
  },
  /** Quotes and spaces become letters that look like them. */
  unicode: (text, { random, share }) =>
    text.replace(/[ '"]/g, (old) => (random.next() < share ? (lookAlikes[old] ?? old) : old)),
};

export function reformat(
  text: string,
  language: string,
  seed: string,
  name: FormatName,
  { share = 0.5, width }: FormatOptions = {},
): string {
  const format: Format = formats[name];
  return format(text, { language, random: new Random(seed), share, ...(width !== undefined && { width }) });
}
