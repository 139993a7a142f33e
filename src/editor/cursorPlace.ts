/** Takes the text around a cursor out of a document. */
import * as vscode from 'vscode';
import type { Place } from '../core/ghostText';
import { modelFileName } from '../core/modelFileName';
import { textBefore } from '../core/notebook';
import { cutSuffix, fromLineStart, longestSuffix, prefixStart, withLineFeeds } from '../core/promptWindow';

/** With an item of the suggest widget selected, the place as it will be when that item has been taken. */
export function cursorPlace(
  document: vscode.TextDocument,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): Place {
  const before = selected?.range.start ?? position;
  const after = selected?.range.end ?? position;
  const cells = cellsBefore(document);
  // The window is one of the whole notebook.
  const start = prefixStart(cells.length + document.offsetAt(before));
  const windowStart = document.positionAt(Math.max(0, start - cells.length));
  // In a very long line the window may begin inside of the line itself.
  const lineStart = before.with({ character: windowStart.line === before.line ? windowStart.character : 0 });
  const above = windowStart.isBefore(lineStart) ? document.getText(new vscode.Range(windowStart, lineStart)) : '';
  const whole = cells.slice(start) + above;
  const suffixEnd = document.positionAt(document.offsetAt(after) + longestSuffix);
  return {
    document: document.uri.toString(),
    above: withLineFeeds(start > 0 && whole !== '' ? fromLineStart(whole) : whole),
    line: document.getText(new vscode.Range(lineStart, before)) + (selected?.text ?? ''),
    after: withLineFeeds(cutSuffix(document.getText(new vscode.Range(after, suffixEnd)))),
  };
}

/** The end of the last written text before a place, which may stand some lines above; undefined if there is none. */
export function lastWritten(document: vscode.TextDocument, position: vscode.Position): vscode.Position | undefined {
  for (let { line } = position; line >= 0; line--) {
    const text = document.lineAt(line).text.slice(0, line === position.line ? position.character : undefined);
    if (text.trim() !== '') return new vscode.Position(line, text.trimEnd().length);
  }
  return undefined;
}

const cellScheme = 'vscode-notebook-cell';

export const fileNameFor = ({ uri, fileName, languageId }: vscode.TextDocument): string =>
  modelFileName(fileName, languageId, { isNotebook: uri.scheme === cellScheme });

function cellsBefore(document: vscode.TextDocument): string {
  if (document.uri.scheme !== cellScheme) return '';
  for (const notebook of vscode.workspace.notebookDocuments) {
    const cells = notebook.getCells();
    const index = cells.findIndex((cell) => cell.document === document);
    if (index < 0) continue;
    return textBefore(
      cells.map((cell) => ({ text: cell.document.getText(), language: cell.document.languageId })),
      index,
    );
  }
  return '';
}
