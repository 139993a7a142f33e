/** What the engine must be sent for some bytes of a document: as little of the text before them as they depend on. */
import { byteOffset, encodeUtf8 } from './bytes';
import type { MeasureRequest, Predictor } from './engine';
import { utf8Length } from './lineNumbers';
import type { ByteSpan, LineSource } from './measuredLines';

/** How a model looks back. */
export interface Reading {
  readonly predictor: Predictor;
  /** Bytes before a byte that its numbers depend on; Infinity: all of them, or all of a stretch. */
  readonly reach: number;
  /** Of the model's own predictions. */
  readonly stretchBytes: number;
}

/** A place in a line; the column in UTF-16 code units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** The engine keeps what it has read of a text of so many bytes; where windows begin at one place, it goes on from there. */
const longestWindow = 7_000;

/**
 * The request for a span. With a bounded reach its window begins at `anchor`, if that is far enough before the span and the
 * window does not grow too long; otherwise at the line start that is just far enough before `firstVisible`. `anchor` is that
 * place, for the next request.
 */
export function measureWindow(
  source: LineSource,
  span: ByteSpan,
  { predictor, reach, stretchBytes }: Reading,
  firstVisible: number,
  anchor?: LineColumn,
): { request: MeasureRequest; anchor: LineColumn } {
  const from = reach === Infinity ? { line: 0, column: 0 } : windowStart(source, span, reach, firstVisible, anchor);
  const before = textBetween(source, from, span.start.line);
  const inside = textBetween(source, { line: span.start.line, column: 0 }, span.end.line);
  // The window ends behind the line in which the span ends; of a long line, behind what is shown.
  const last = source.lineText(span.end.line).slice(0, span.end.byte + 1);
  const text = encodeUtf8(`${before}${inside}${last}${span.end.line < source.lineCount - 1 ? '\n' : ''}`);
  const start = utf8Length(before) + span.start.byte;
  const end = utf8Length(before) + utf8Length(inside) + span.end.byte;
  const isPart = from.line > 0 || from.column > 0;
  // Whole stretches of the document are left out before the one that the first wanted one is read from.
  const cut = predictor === 'model' ? Math.max(0, Math.floor(start / stretchBytes) - 1) * stretchBytes : 0;
  return {
    request: {
      text: text.subarray(cut, end),
      start: byteOffset(start - cut),
      end: byteOffset(end - cut),
      isPart: isPart || cut > 0,
      predictor,
      candidates: false,
    },
    anchor: from,
  };
}

function windowStart(
  source: LineSource,
  span: ByteSpan,
  reach: number,
  firstVisible: number,
  anchor: LineColumn | undefined,
): LineColumn {
  const latest = contextStart(source, span.start.line, reach);
  const fits = (start: LineColumn) =>
    isBefore(start, latest) && lengthBetween(source, start, span.end.line) <= longestWindow;
  if (anchor && fits(anchor)) return anchor;
  const early = contextStart(source, Math.min(firstVisible, span.start.line), reach);
  return fits(early) ? early : latest;
}

const isBefore = (one: LineColumn, other: LineColumn) =>
  one.line < other.line || (one.line === other.line && one.column <= other.column);

/** The last line start that is at least `reach` bytes before a line; inside of a line, if that is a long one. */
function contextStart(source: LineSource, line: number, reach: number): LineColumn {
  let bytes = 0;
  while (line > 0 && bytes < reach) {
    line--;
    const text = source.lineText(line);
    if (text.length > longestWindow / 2) {
      const column = Math.max(0, text.length - reach);
      // A code unit is at least a byte, so this is early enough; a pair is not cut.
      const isInside = column > 0 && (text.charCodeAt(column) & 0xfc00) === 0xdc00;
      return { line, column: isInside ? column - 1 : column };
    }
    bytes += utf8Length(text) + 1;
  }
  return { line, column: 0 };
}

/** The text from a place up to the start of a line, with LF line ends. */
function textBetween(source: LineSource, { line, column }: LineColumn, end: number): string {
  const lines: string[] = [];
  for (let at = line; at < end; at++) lines.push(source.lineText(at), '\n');
  return lines.join('').slice(column);
}

function lengthBetween(source: LineSource, { line, column }: LineColumn, end: number): number {
  let length = -column;
  for (let at = line; at <= end && length <= longestWindow; at++) length += source.lineText(at).length + 1;
  return length;
}
