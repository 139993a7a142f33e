/** Which bytes of a document are worth measuring: what is on screen, and a margin for scrolling. */
import type { ByteOffset, Measurement } from './engine';
import { byteOffset, type Utf8Text } from './bytes';
import type { Lines } from './lines';

/** Lines counted from 0, the last one included. */
export interface LineSpan {
  readonly first: number;
  readonly last: number;
}

export interface ByteRange {
  readonly start: ByteOffset;
  readonly end: ByteOffset;
}

const marginLines = 10;
/** Larger files cost too much at every edit. */
export const largestDocument = 1_000_000;
/** A line of minified code can be as long as a book. */
const largestRange = 16_384;

/** Why nothing is measured. */
export type NoRange = 'empty' | 'too-large' | 'measured-already';

/** `known` is an earlier measurement of the same text: what lies inside of it is not asked for again. */
export function measuredRange(
  text: Utf8Text,
  lines: Lines,
  visible: LineSpan,
  known: Measurement | undefined,
): ByteRange | NoRange {
  if (text.bytes.length > largestDocument) return 'too-large';
  if (text.bytes.length === 0) return 'empty';
  const { first, last } = visible;
  const seen = bytesOf(text, lines, visible);
  if (known && known.start <= seen.start && seen.end <= known.start + known.entropyNats.length)
    return 'measured-already';
  return bytesOf(text, lines, { first: Math.max(0, first - marginLines), last: last + marginLines }, seen.start);
}

/** From the start of the first line to the end of the last one; if that is too long, what matters begins at `focus`. */
function bytesOf(text: Utf8Text, lines: Lines, { first, last }: LineSpan, focus?: ByteOffset): ByteRange {
  let start = text.byteAt(lines.startOf(first));
  let end = text.byteAt(lines.startOf(last + 1));
  if (end - start > largestRange) {
    start = focus ?? start;
    end = byteOffset(Math.min(end, start + largestRange));
    // The cut must not fall inside of a character.
    if (end < text.bytes.length) end = text.characterAt(end).start;
  }
  return { start, end };
}
