/** Syntax trees of open documents, parsed anew where they were edited, in slices that block nobody. */
import * as vscode from 'vscode';
import { Edit, type Parser, type Tree } from 'web-tree-sitter';
import { syntaxKind } from '../core/syntax';
import type { TextKind } from '../core/textKind';
import type { Grammars } from './grammars';

/** Milliseconds that parsing takes at a time. */
const slice = 3;
/** Longer documents are not parsed, in UTF-16 code units. */
const longest = 1_048_576;
/** So many documents keep their trees. */
const most = 8;

interface Parsed {
  readonly parser: Parser;
  /** Undefined until the document was parsed for the first time; edited since if `isOld`. */
  tree: Tree | undefined;
  isOld: boolean;
  next: NodeJS.Immediate | undefined;
}

export class SyntaxTrees implements vscode.Disposable {
  /** The document that was asked about last is the last one. */
  private readonly parsed = new Map<vscode.TextDocument, Parsed>();
  private readonly listeners: vscode.Disposable;

  constructor(private readonly grammars: Grammars) {
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        this.follow(document, contentChanges);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.forget(document);
      }),
    );
  }

  /** The kind of text at a place; undefined if there is no tree for it (yet), or it stands in broken text. */
  kindAt(document: vscode.TextDocument, position: vscode.Position): TextKind | undefined {
    const tree = this.treeOf(document);
    const cursor = document.offsetAt(position);
    if (!tree || cursor === 0) return undefined;
    return syntaxKind(tree.rootNode.descendantForIndex(cursor - 1, cursor - 1), cursor);
  }

  /** The tree of a document as it is now. What a small slice of time cannot finish goes on in the background. */
  private treeOf(document: vscode.TextDocument): Tree | undefined {
    const known = this.parsed.get(document) ?? this.begin(document);
    if (!known) return undefined;
    this.parsed.delete(document);
    this.parsed.set(document, known);
    if (known.isOld) this.parse(document, known);
    return known.isOld ? undefined : known.tree;
  }

  private begin(document: vscode.TextDocument): Parsed | undefined {
    if (document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > longest) return undefined;
    const parser = this.grammars.parser(document.languageId, () => {
      if (!document.isClosed) this.treeOf(document);
    });
    if (!parser) return undefined;
    for (const old of [...this.parsed.keys()].slice(0, 1 - most)) this.forget(old);
    return { parser, tree: undefined, isOld: true, next: undefined };
  }

  private parse(document: vscode.TextDocument, parsed: Parsed): void {
    clearImmediate(parsed.next);
    const end = performance.now() + slice;
    const lineEnd = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
    const tree = parsed.parser.parse(
      (_, { row, column } = { row: 0, column: 0 }) => {
        if (row >= document.lineCount) return undefined;
        const { text } = document.lineAt(row);
        return row === document.lineCount - 1 ? text.slice(column) : (text + lineEnd).slice(column);
      },
      parsed.tree,
      { progressCallback: () => performance.now() > end },
    );
    if (tree) {
      parsed.tree?.delete();
      parsed.tree = tree;
      parsed.isOld = false;
      return;
    }
    // The parser goes on where it was stopped, unless there was an edit in between.
    parsed.next = setImmediate(() => {
      this.parse(document, parsed);
    });
  }

  private follow(document: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    const parsed = this.parsed.get(document);
    if (!parsed || changes.length === 0) return;
    for (const { range, rangeOffset, rangeLength, text } of changes) {
      const lines = text.split(/\r\n|\n|\r/);
      const last = lines.at(-1) ?? '';
      const { line, character } = range.start;
      const edit = new Edit({
        startIndex: rangeOffset,
        oldEndIndex: rangeOffset + rangeLength,
        newEndIndex: rangeOffset + text.length,
        startPosition: { row: line, column: character },
        oldEndPosition: { row: range.end.line, column: range.end.character },
        newEndPosition: { row: line + lines.length - 1, column: last.length + (lines.length === 1 ? character : 0) },
      });
      parsed.tree?.edit(edit);
    }
    parsed.parser.reset();
    parsed.isOld = true;
    clearImmediate(parsed.next);
    // After the key has been handled, and before anybody asks.
    parsed.next = setImmediate(() => {
      this.parse(document, parsed);
    });
  }

  private forget(document: vscode.TextDocument): void {
    const parsed = this.parsed.get(document);
    if (!parsed) return;
    clearImmediate(parsed.next);
    parsed.tree?.delete();
    parsed.parser.delete();
    this.parsed.delete(document);
  }

  dispose(): void {
    for (const document of [...this.parsed.keys()]) this.forget(document);
    this.listeners.dispose();
  }
}
