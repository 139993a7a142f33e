/** Takes the text around a cursor out of a document. */
import * as vscode from 'vscode';
import type { Place } from '../core/ghostText';
import { cutSuffix, fromLineStart, longestSuffix, prefixStart } from '../core/promptWindow';

/** With an item of the suggest widget selected, the place as it will be when that item has been taken. */
export function cursorPlace(
  document: vscode.TextDocument,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): Place {
  const before = selected?.range.start ?? position;
  const after = selected?.range.end ?? position;
  const windowStart = document.positionAt(prefixStart(document.offsetAt(before)));
  // In a very long line the window may begin inside of the line itself.
  const lineStart = before.with({ character: windowStart.line === before.line ? windowStart.character : 0 });
  const above = windowStart.isBefore(lineStart) ? document.getText(new vscode.Range(windowStart, lineStart)) : '';
  const suffixEnd = document.positionAt(document.offsetAt(after) + longestSuffix);
  return {
    document: document.uri.toString(),
    above: windowStart.line > 0 ? fromLineStart(above) : above,
    line: document.getText(new vscode.Range(lineStart, before)) + (selected?.text ?? ''),
    after: cutSuffix(document.getText(new vscode.Range(after, suffixEnd))),
  };
}
