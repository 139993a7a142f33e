/** Offsets of a text as ranges of its document. Only this file makes ranges of offsets. */
import * as vscode from 'vscode';
import type { Utf16Offset } from '../core/engine';
import type { Lines } from '../core/lines';

export function toRange(lines: Lines, { start, end }: { start: Utf16Offset; end: Utf16Offset }): vscode.Range {
  const from = lines.placeOf(start);
  const to = lines.placeOf(end);
  return new vscode.Range(from.line, from.column, to.line, to.column);
}
