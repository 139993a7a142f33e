/** From what the engine has generated to what is worth showing. The editor and the command line share it. */
import type { CompleteRequest, CompleteResult } from './engine';
import { decodeUtf8, encodeUtf8 } from './bytes';

/**
 * How sure a suggestion must be to be shown: a limit on the probability of the whole text. Where the model becomes less sure
 * than that, the suggestion ends, so it is as long as the model is sure.
 */
export const gates = { eager: 0.15, balanced: 0.3, quiet: 0.6 } as const;
export const defaultGate: number = gates.balanced;
/** Who asks by hand wants to see what there is. */
export const invokedGate = 0.01;

/** Characters that the sure beginning of a line must have to be worth showing. */
const shortestPart = 2;

/** Why a suggestion is not shown. */
export type Silence = 'empty' | 'duplicates-suffix' | 'repetitive' | 'unsure';

export interface Suggestion {
  /** Text to insert at the cursor: one line. Also there when it is not shown, for the log and for measurements. */
  readonly text: string;
  readonly shown: boolean;
  readonly reason?: Silence;
  /** Probability that the model gives to the whole text. */
  readonly confidence: number;
}

export function suggest(
  result: CompleteResult,
  request: Pick<CompleteRequest, 'suffix'>,
  { gate = defaultGate }: { gate?: number } = {},
): Suggestion {
  const suffix = decodeUtf8(request.suffix);
  const generated = wholeCharacters(firstLine(decodeUtf8(result.bytes)));
  const whole = (endsInsideWord(result) ? withoutLastWord(generated) : generated).trimEnd();
  const text = withoutOverlap(whole, firstLine(suffix)).trimEnd();
  const confidence = product(result.probabilities.subarray(0, encodeUtf8(text).length));
  const hidden = (reason: Silence): Suggestion => ({ text, shown: false, reason, confidence });

  if (text.trim() === '' && whole.trim() !== '') return hidden('duplicates-suffix');
  if (result.stop === 'unsure' && text.trim().length < shortestPart) return hidden('unsure');
  if (text.trim() === '') return hidden('empty');
  if (repeatsNextLine(text, suffix)) return hidden('duplicates-suffix');
  if (isRepetitive(encodeUtf8(text))) return hidden('repetitive');
  if (confidence < gate) return hidden('unsure');
  return { text, shown: true, confidence };
}

export function product(probabilities: Iterable<number>): number {
  let all = 1;
  for (const probability of probabilities) all *= probability;
  return all;
}

export const firstLine = (text: string): string => /^[^\r\n]*/.exec(text)?.[0] ?? '';

/** Cuts at the first byte that was not UTF-8. */
function wholeCharacters(text: string): string {
  const broken = text.indexOf('\ufffd');
  return broken < 0 ? text : text.slice(0, broken);
}

const word = /[\p{L}\p{N}_]/u;

/** Whether a limit or doubt ended the text in the middle of what may be a longer word. */
const endsInsideWord = ({ stop, doubtedByte }: CompleteResult): boolean =>
  stop === 'max-bytes' || (stop === 'unsure' && word.test(String.fromCharCode(doubtedByte ?? 0)));

/** When a limit has ended the text, its last word may be a half one. A text of a single word is left as it is. */
export function withoutLastWord(text: string): string {
  const shorter = text.replace(/[\p{L}\p{N}_]+$/u, '');
  return shorter.trim() === '' ? text : shorter;
}

/** Cuts off what already stands after the cursor on the same line. */
export function withoutOverlap(text: string, rest: string): string {
  const after = rest.trimEnd();
  if (after.trim() === '') return text;
  for (let length = Math.min(after.length, text.length); length > 0; length--) {
    const overlap = after.slice(0, length);
    // A few common letters are no proof of a repetition; the whole rest of the line, or punctuation, is.
    if (text.endsWith(overlap) && (length === after.length || !word.test(overlap))) return text.slice(0, -length);
  }
  return beforeUnmatchedCloser(text, after.trimStart().charAt(0));
}

const openers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** With `(` before and `)` after the cursor, `a, b) {` may go no further than `a, b`. */
function beforeUnmatchedCloser(text: string, closer: string): string {
  const opener = openers[closer];
  if (!opener) return text;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === opener) depth++;
    else if (text[index] === closer && --depth < 0) return text.slice(0, index);
  }
  return text;
}

/** A suggestion that says what the next line says is a common mistake; a closing bracket alone may well come twice. */
function repeatsNextLine(text: string, suffix: string): boolean {
  const rest = firstLine(suffix);
  if (rest.trim() !== '') return false;
  const next = firstLine(suffix.slice(rest.length).trimStart()).trim();
  return word.test(next) && text.trim() === next;
}

const repeatedLength = 10;
const repeatedTimes = 4;

/** Whether the same ten bytes come four times without overlapping. */
export function isRepetitive(bytes: Uint8Array): boolean {
  const seen = new Map<string, { count: number; end: number }>();
  for (let start = 0; start + repeatedLength <= bytes.length; start++) {
    const key = bytes.subarray(start, start + repeatedLength).join(' ');
    const earlier = seen.get(key);
    if (earlier && start < earlier.end) continue;
    const count = (earlier?.count ?? 0) + 1;
    if (count >= repeatedTimes) return true;
    seen.set(key, { count, end: start + repeatedLength });
  }
  return false;
}
