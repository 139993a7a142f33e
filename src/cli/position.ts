/** FILE:LINE:COL, as editors print it: both counted from 1, the column in UTF-16 code units. */
import { Lines } from '../core/lines';
import { utf16Offset } from '../core/bytes';
import { cutSuffix, fromLineStart, prefixStart } from '../core/promptWindow';
import { CommandError, usageError } from './failure';

export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Splits at the last two colons, since the path of a file may have some of its own (`C:\sum.py`). */
export function parsePosition(argument: string): Position {
  const match = /^(.+):(\d+):(\d+)$/s.exec(argument);
  if (!match) throw usageError(`"${argument}" names no place; write FILE:LINE:COL, such as sum.py:12:5`);
  const [, file = '', line, column] = match;
  if (Number(line) === 0 || Number(column) === 0) {
    throw usageError(`"${argument}" names no place; lines and columns count from 1`);
  }
  return { file, line: Number(line), column: Number(column) };
}

/** What the editor would send for a cursor there. */
export function textAround(content: Uint8Array, position: Position): { prefix: string; suffix: string } {
  const text = editorText(content);
  const cursor = offsetOf(text, position);
  const start = prefixStart(cursor);
  const prefix = text.slice(start, cursor);
  return { prefix: start > 0 ? fromLineStart(prefix) : prefix, suffix: cutSuffix(text.slice(cursor)) };
}

// VS Code counts neither a byte order mark nor the line ends of the file, be they LF, CRLF or CR.
const withoutByteOrderMark = new TextDecoder('utf-8');
const editorText = (content: Uint8Array) => withoutByteOrderMark.decode(content).replaceAll(/\r\n?/g, '\n');

function offsetOf(text: string, { file, line, column }: Position): number {
  const lines = new Lines(text);
  if (line > lines.count) throw new CommandError(`${file} has no line ${line}; its last line is ${lines.count}`);
  const start = lines.startOf(line - 1);
  const end = line < lines.count ? lines.startOf(line) - 1 : text.length;
  const length = end - start;
  if (column > length + 1) {
    throw new CommandError(`line ${line} of ${file} has no column ${column}; its end is column ${length + 1}`);
  }
  return characterStart(text, start + column - 1);
}

/** A cursor cannot stand inside of a surrogate pair. */
function characterStart(text: string, offset: number): number {
  const insidePair = offset > 0 && (text.codePointAt(offset - 1) ?? 0) > 0xffff;
  return utf16Offset(insidePair ? offset - 1 : offset);
}
