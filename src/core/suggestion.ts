/** From what the engine has generated to what is worth showing. The editor and the command line share it. */
import { indentedLength, type Block } from './block';
import type { CompleteRequest, CompleteResult } from './engine';
import { decodeUtf8, encodeUtf8 } from './bytes';
import { withoutUnmatched } from './filters/balance';
import { indentationUnit, reindented, withoutDoubleIndentation } from './filters/indentation';
import { repeatsNextLine, withoutNextLine, withoutOverlap } from './filters/overlap';
import { isRepetitive, withoutSameLines } from './filters/repetition';
import { looksSecret } from './filters/secrets';
import { withLineFeeds } from './promptWindow';
import { firstLine, isWord, lastLine, withoutLastWord } from './words';

/**
 * How sure a suggestion must be to be shown: the least probability that the whole text is right. Where the model becomes less
 * sure than that, the suggestion ends, so it is as long as the model is sure.
 */
export const gates = { eager: 0.2, balanced: 0.35, quiet: 0.65 } as const;
export const defaultGate: number = gates.balanced;
/** Who asks by hand wants to see what there is. */
export const invokedGate = 0.01;

/**
 * Bytes that may be read to find a more probable line than the greedy one. They are spent where nearly everything is shown: a
 * text that is sure enough for the other gates is hardly ever another one than the greedy one.
 */
export const searchBytesFor = (gate: number): number => (gate <= invokedGate ? 64 : 0);

/** Characters that the sure beginning of a line must have to be worth showing. */
const shortestPart = 2;

/** Bytes before the cursor that the filters look at: as much as the editor sends, but a file can be one line of 20 MB. */
const mostBefore = 32_768;

/** Why a suggestion is not shown. */
export type Silence = 'empty' | 'duplicates-suffix' | 'repetitive' | 'unsure' | 'looks-secret';

export interface Suggestion {
  /** Text to insert at the cursor: one line or a block. Also there when it is not shown, for the log and for measurements. */
  readonly text: string;
  readonly shown: boolean;
  readonly reason?: Silence;
  /** Probability that the whole text is right. */
  readonly confidence: number;
}

export function suggest(
  result: CompleteResult,
  request: Pick<CompleteRequest, 'prefix' | 'suffix' | 'block'>,
  { gate = defaultGate, blockEnd }: { readonly gate?: number; readonly blockEnd?: BlockEnd } = {},
): Suggestion {
  const before = withLineFeeds(decodeUtf8(request.prefix.subarray(-mostBefore)));
  const after = withLineFeeds(decodeUtf8(request.suffix));
  const { block } = request;
  const all = wholeCharacters(decodeUtf8(result.bytes));
  const generated = block ? all : firstLine(all);
  const part = wholePart(generated, result);
  const whole = (block?.isParsed ? withinBlock(part, block, lastLine(before), blockEnd) : part).trimEnd();
  const own = withoutOverlap(whole, firstLine(after));
  const kept = withoutUnmatched(block ? ownLines(own, before, after) : own, before, after).trimEnd();
  // Nothing before this has changed anything but where the text ends.
  const length = encodeUtf8(kept).length;
  const confidence = length === 0 ? 1 : (result.confidences[length - 1] ?? 0);
  const text = fitted(kept, { before, after, block });
  const hidden = (reason: Silence): Suggestion => ({ text, shown: false, reason, confidence });

  if (text.trim() === '' && whole.trim() !== '') return hidden('duplicates-suffix');
  if (result.stop === 'unsure' && text.trim().length < shortestPart) return hidden('unsure');
  if (text.trim() === '') return hidden('empty');
  if (repeatsNextLine(text, after)) return hidden('duplicates-suffix');
  // By lines, since several of them may well have the same deep indentation.
  if (text.split('\n').some((line) => isRepetitive(encodeUtf8(line)))) return hidden('repetitive');
  if (repeatsAbove(text, before)) return hidden('repetitive');
  if (looksSecret(text, lastLine(before))) return hidden('looks-secret');
  if (confidence < gate) return hidden('unsure');
  return { text, shown: true, confidence };
}

/** What a parser says of a text at the cursor: how much of it belongs to the block there; undefined if it cannot tell. */
export type BlockEnd = (text: string) => number | undefined;

/** The lines of a text that belong to a block: by the parser, else by their indentation. */
function withinBlock(text: string, block: Block, line: string, blockEnd?: BlockEnd): string {
  const end = blockEnd?.(text);
  if (end === undefined) return text.slice(0, indentedLength(text, block, line));
  const lineEnd = text.indexOf('\n', end);
  return lineEnd < 0 ? text : text.slice(0, lineEnd);
}

/** Cuts at the first byte that was not UTF-8. */
function wholeCharacters(text: string): string {
  const broken = text.indexOf('\ufffd');
  return broken < 0 ? text : text.slice(0, broken);
}

/** What a limit or doubt has left whole: words, and of a block whole lines. */
function wholePart(text: string, result: CompleteResult): string {
  const lines = text.split('\n');
  const isCut = result.stop === 'max-bytes' || result.stop === 'unsure';
  if (isCut && result.doubtedByte !== lineFeed && lines.filter(isWritten).length > 1)
    return lines.slice(0, -1).join('\n');
  return endsInsideWord(result) ? withoutLastWord(text) : text;
}

const lineFeed = 0x0a;
const isWritten = (line: string) => line.trim() !== '';

/** Whether a limit or doubt ended the text in the middle of what may be a longer word. */
const endsInsideWord = ({ stop, doubtedByte }: CompleteResult): boolean =>
  stop === 'max-bytes' || (stop === 'unsure' && isWord(String.fromCharCode(doubtedByte ?? 0)));

/** The lines of a block that neither stand below the cursor already nor go round in circles. */
function ownLines(text: string, before: string, after: string): string {
  const lines = withoutSameLines(withoutNextLine(text.split('\n'), after), lastLines(before));
  return lines.join('\n');
}

/** A few lines above the cursor's, and what stands in its own. */
const lastLines = (before: string): string[] => before.slice(-2_000).split('\n').slice(-8, -1);

function repeatsAbove(text: string, before: string): boolean {
  return withoutSameLines([lastLine(before) + firstLine(text)], lastLines(before)).length === 0;
}

interface Place {
  readonly before: string;
  readonly after: string;
  readonly block: Block | undefined;
}

/** The text with the indentation of the place, and with the line end that sets off a bracket right behind the cursor. */
function fitted(text: string, { before, after, block }: Place): string {
  if (text === '') return text;
  const line = lastLine(before);
  const above = before.slice(0, before.length - line.length);
  const unit = indentationUnit(before) ?? (line.startsWith('\t') ? '\t' : undefined);
  const lines = withoutDoubleIndentation(text, line, above, unit ?? '').split('\n');
  // The white space at the start of the text is that of a line only at the line's start.
  const [first = '', ...others] = lines;
  const isLineStart = line === '';
  const own = unit === undefined ? lines : isLineStart ? reindented(lines, unit) : [first, ...reindented(others, unit)];
  const closes = block !== undefined && own.length > 1 && line.trim() !== '' && firstLine(after).trim() !== '';
  return own.join('\n') + (closes ? `\n${block.indentation}` : '');
}
