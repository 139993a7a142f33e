/** Offsets of a text as ranges of its document. Only this file makes ranges of offsets. */
import * as vscode from 'vscode';
import type { Utf16Offset } from '../core/engine';
import type { Lines } from '../core/lines';

/** `lines` are those of a part of the document that begins with its line `firstLine`. */
export function toRange(
  { lines, firstLine }: { lines: Lines; firstLine: number },
  { start, end }: { start: Utf16Offset; end: Utf16Offset },
): vscode.Range {
  const from = lines.placeOf(start);
  const to = lines.placeOf(end);
  return new vscode.Range(firstLine + from.line, from.column, firstLine + to.line, to.column);
}
