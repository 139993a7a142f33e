/** How a parser reads a document, and what it has to know of its edits. */
import * as vscode from 'vscode';
import { Edit, type ParseCallback } from 'web-tree-sitter';

/** A text at a place of a document, with the line ends of the document. */
export interface Inserted {
  readonly position: vscode.Position;
  readonly text: string;
}

export const lineEndOf = ({ eol }: vscode.TextDocument): string => (eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');

/** The text of a document as it is now, line by line; or as it would be with a text inserted. */
export function reading(document: vscode.TextDocument, inserted?: Inserted): ParseCallback {
  const lineEnd = lineEndOf(document);
  const { line: first, character } = inserted?.position ?? new vscode.Position(0, 0);
  const added = (inserted?.text ?? '').split(lineEnd);
  const last = document.lineCount + added.length - 2;
  const lineAt = (row: number): string => {
    if (row < first) return document.lineAt(row).text;
    const line = row - first;
    if (line >= added.length) return document.lineAt(row - added.length + 1).text;
    const { text } = document.lineAt(first);
    const before = line === 0 ? text.slice(0, character) : '';
    return before + (added[line] ?? '') + (line === added.length - 1 ? text.slice(character) : '');
  };
  return (_, { row, column }) => {
    if (row > last) return undefined;
    return (row === last ? lineAt(row) : lineAt(row) + lineEnd).slice(column);
  };
}

/** An edit of a document as tree-sitter wants to be told. */
export function editOf({ range, rangeOffset, rangeLength, text }: vscode.TextDocumentContentChangeEvent): Edit {
  const lines = text.split(/\r\n|\n|\r/);
  const last = lines.at(-1) ?? '';
  const { line, character } = range.start;
  return new Edit({
    startIndex: rangeOffset,
    oldEndIndex: rangeOffset + rangeLength,
    newEndIndex: rangeOffset + text.length,
    startPosition: { row: line, column: character },
    oldEndPosition: { row: range.end.line, column: range.end.character },
    newEndPosition: { row: line + lines.length - 1, column: last.length + (lines.length === 1 ? character : 0) },
  });
}
