/**
 * The places of a text that were most surprising to the model. Unusual is not wrong: a rare name is unusual, and most bugs
 * are not. So a place is shown as a word with its number, and nothing is said about its quality.
 */
import { bitsPerNat } from './heatMap';
import { utf8Length, type LineNumbers } from './lineNumbers';
import type { MeasuredLines } from './measuredLines';

export interface UnusualPlace {
  /** In the document, from 0; the columns in UTF-16 code units. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly word: string;
  /** Of its most surprising byte: −log2 p, and how many byte values were more likely. */
  readonly bits: number;
  readonly rank: number;
}

/** A byte with more bits was less likely than if all 256 values had been equally likely. */
const unusualBits = 8;
const mostInAll = 200;
/** On average; a list of everything says nothing. */
const linesPerPlace = 8;
const fewestInAll = 10;

/** A word or a number, white space, or any other character by itself. */
const words = /[\p{L}\p{M}\p{N}_$]+|\s+|[^]/gu;

type Word = Omit<UnusualPlace, 'line'>;

/** The words of a line with their most surprising bytes, the most unusual first. White space is left out. */
export function unusualWords(numbers: LineNumbers): Word[] {
  const { text, surprisalNats, ranks } = numbers;
  const found: Word[] = [];
  let end = 0;
  for (const { 0: word, index: start } of text.matchAll(words)) {
    let best = end;
    end += utf8Length(word);
    for (let byte = best + 1; byte < end; byte++) {
      if ((surprisalNats[byte] ?? NaN) > (surprisalNats[best] ?? NaN)) best = byte;
    }
    const bits = (surprisalNats[best] ?? NaN) * bitsPerNat;
    if (Number.isNaN(bits) || !word.trim()) continue;
    found.push({ start, end: start + word.length, word, bits, rank: ranks[best] ?? 0 });
  }
  return found.sort((one, other) => other.bits - one.bits || one.start - other.start);
}

/** Lines seldom change, and the words of a large document take a while. */
const known = new WeakMap<LineNumbers, { readonly revision: number; readonly first: Word | undefined }>();

function mostUnusualWord(numbers: LineNumbers): Word | undefined {
  let entry = known.get(numbers);
  if (entry?.revision !== numbers.revision) {
    entry = { revision: numbers.revision, first: unusualWords(numbers)[0] };
    known.set(numbers, entry);
  }
  return entry.first;
}

/**
 * The most unusual places of what is measured, the most unusual first: at most one in a line, and in a long text so few that
 * each of them stands out. Only in the lines of `only`, if they are given.
 */
export function mostUnusual(lines: MeasuredLines, only?: ReadonlySet<number>): UnusualPlace[] {
  const places: UnusualPlace[] = [];
  let measured = 0;
  for (let line = 0; line < lines.lineCount; line++) {
    const numbers = only?.has(line) === false ? undefined : lines.numbersOf(line);
    if (!numbers) continue;
    measured++;
    const word = mostUnusualWord(numbers);
    if (word && word.bits >= unusualBits) places.push({ line, ...word });
  }
  const most = Math.min(mostInAll, Math.max(fewestInAll, Math.ceil(measured / linesPerPlace)));
  return places.sort((one, other) => other.bits - one.bits || one.line - other.line).slice(0, most);
}

/** The next place behind a position, or before it; after the last one comes the first one. */
export function nextPlace(
  places: readonly UnusualPlace[],
  at: { readonly line: number; readonly column: number },
  direction: 'next' | 'previous',
): UnusualPlace | undefined {
  const inOrder = [...places].sort((one, other) => one.line - other.line || one.start - other.start);
  const distance = ({ line, start }: UnusualPlace) => line - at.line || start - at.column;
  if (direction === 'next') return inOrder.find((place) => distance(place) > 0) ?? inOrder[0];
  return inOrder.findLast((place) => distance(place) < 0) ?? inOrder.at(-1);
}
