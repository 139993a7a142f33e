/** Code, comment or string: by the syntax tree where there is one, else by a scan. */
import * as vscode from 'vscode';
import { textKind, type TextKind } from '../core/textKind';
import { lastWritten } from './cursorPlace';
import type { SyntaxTrees } from './syntaxTrees';

/** How much of a document the scan looks at, in UTF-16 code units. */
const longestScan = 65_536;

export class TextKinds {
  constructor(private readonly trees: Pick<SyntaxTrees, 'kindAt'>) {}

  at(document: vscode.TextDocument, position: vscode.Position): TextKind {
    return this.trees.kindAt(document, position) ?? scanned(document, position);
  }

  /** The kind of the last written text before a place, which may stand some lines above. */
  before(document: vscode.TextDocument, position: vscode.Position): TextKind {
    const place = lastWritten(document, position);
    return place ? this.at(document, place) : 'code';
  }
}

/** In a very long document the scan begins at some line, which is taken for code. */
function scanned(document: vscode.TextDocument, position: vscode.Position): TextKind {
  const from = Math.max(0, document.offsetAt(position) - longestScan);
  const start = from === 0 ? new vscode.Position(0, 0) : new vscode.Position(document.positionAt(from).line + 1, 0);
  return textKind(document.getText(new vscode.Range(start, position)), document.languageId);
}
