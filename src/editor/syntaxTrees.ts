/** Syntax trees of open documents, parsed anew where they were edited, in slices that block nobody. */
import * as vscode from 'vscode';
import type { ParseOptions, Parser, Tree } from 'web-tree-sitter';
import { blockEnd, syntaxKind } from '../core/syntax';
import type { TextKind } from '../core/textKind';
import { lastWritten } from './cursorPlace';
import type { Grammars } from './grammars';
import { editOf, lineEndOf, reading } from './syntaxText';

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
    // Grammars take a moment to load and long files to parse, which is over when the first key comes.
    const look = (editor: vscode.TextEditor | undefined) => {
      if (editor) this.treeOf(editor.document);
    };
    this.listeners = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(look),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        this.follow(document, contentChanges);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.forget(document);
      }),
    );
    look(vscode.window.activeTextEditor);
  }

  /** The kind of text at a place; undefined if there is no tree for it (yet), or it stands in broken text. */
  kindAt(document: vscode.TextDocument, position: vscode.Position): TextKind | undefined {
    const tree = this.treeOf(document);
    const cursor = document.offsetAt(position);
    if (!tree || cursor === 0) return undefined;
    return syntaxKind(tree.rootNode.descendantForIndex(cursor - 1, cursor - 1), cursor);
  }

  /** Whether the document has a tree, as it is now. */
  isParsed(document: vscode.TextDocument): boolean {
    return this.treeOf(document) !== undefined;
  }

  /**
   * How much of a text belongs to the block that is open at a place, if it is inserted there; in UTF-16 code units. Undefined
   * if that cannot be told, or not soon enough.
   */
  blockEnd(document: vscode.TextDocument, position: vscode.Position, text: string): number | undefined {
    const tree = this.treeOf(document);
    const parser = this.parsed.get(document)?.parser;
    const opener = lastWritten(document, position);
    if (!tree || !parser || !opener || text.trim() === '') return undefined;
    const inserted = text.replaceAll('\n', lineEndOf(document));
    const start = document.offsetAt(position);
    const edited = tree.copy();
    const range = new vscode.Range(position, position);
    edited.edit(editOf({ range, rangeOffset: start, rangeLength: 0, text: inserted }));
    const parsed = parser.parse(reading(document, { position, text: inserted }), edited, forOneSlice());
    parser.reset();
    edited.delete();
    const first = start + inserted.search(/\S/);
    const end = blockEnd(parsed?.rootNode.descendantForIndex(document.offsetAt(opener) - 1, first + 1) ?? null);
    parsed?.delete();
    return end === undefined ? undefined : inserted.slice(0, Math.max(0, end - start)).replaceAll('\r\n', '\n').length;
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
    const tree = parsed.parser.parse(reading(document), parsed.tree, forOneSlice());
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
    for (const change of changes) parsed.tree?.edit(editOf(change));
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

function forOneSlice(): ParseOptions {
  const end = performance.now() + slice;
  return { progressCallback: () => performance.now() > end };
}
