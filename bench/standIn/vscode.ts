/**
 * Stands for the module `vscode` where the provider is driven without VS Code: the little of it that the provider touches,
 * with one document in one editor. Behaviour follows the typings; what is not here is not needed, and fails loudly.
 */
import type * as vscode from 'vscode';

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
  compareTo(other: Position): number {
    return this.line - other.line || this.character - other.character;
  }
  isBefore(other: Position): boolean {
    return this.compareTo(other) < 0;
  }
  isEqual(other: Position): boolean {
    return this.compareTo(other) === 0;
  }
  translate(lines = 0, characters = 0): Position {
    return new Position(this.line + lines, this.character + characters);
  }
  with({ line = this.line, character = this.character }: { line?: number; character?: number }): Position {
    return new Position(line, character);
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(start: Position | number, end: Position | number, endLine?: number, endCharacter?: number) {
    this.start = typeof start === 'number' ? new Position(start, end as number) : start;
    this.end = typeof end === 'number' ? new Position(endLine as number, endCharacter as number) : end;
  }
  get isEmpty(): boolean {
    return this.start.isEqual(this.end);
  }
}

export class Selection extends Range {
  get active(): Position {
    return this.end;
  }
}

export class Disposable {
  constructor(readonly dispose: () => void) {}
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }
}

export class EventEmitter<Event> {
  private readonly listeners = new Set<(event: Event) => unknown>();
  readonly event = (listener: (event: Event) => unknown): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };
  fire(event: Event): void {
    for (const listener of [...this.listeners]) listener(event);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class CancellationTokenSource {
  private readonly cancelled = new EventEmitter<undefined>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.cancelled.event };
  cancel(): void {
    if (this.token.isCancellationRequested) return;
    this.token.isCancellationRequested = true;
    this.cancelled.fire(undefined);
  }
}

export class InlineCompletionItem {
  constructor(
    readonly insertText: string,
    readonly range?: Range,
    readonly command?: { command: string; title: string; arguments?: unknown[] },
  ) {}
}
export const InlineCompletionTriggerKind = { Invoke: 0, Automatic: 1 } as const;
export const EndOfLine = { LF: 1, CRLF: 2 } as const;
export const l10n = {
  t: (text: string, ...values: unknown[]) => text.replaceAll(/\{(\d+)\}/g, (_, i) => String(values[Number(i)])),
};

/** A change of the document, as VS Code tells it. */
export interface Change {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

export class TextDocument {
  version = 1;
  readonly isClosed = false;
  readonly eol = EndOfLine.LF;
  readonly uri: { readonly scheme: string; readonly path: string; toString(): string };
  private lines: string[];

  constructor(
    readonly fileName: string,
    readonly languageId: string,
    private text: string,
  ) {
    this.lines = text.split('\n');
    this.uri = { scheme: 'file', path: fileName, toString: () => `file://${fileName}` };
  }

  get lineCount(): number {
    return this.lines.length;
  }
  getText(range?: Range): string {
    return range ? this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text;
  }
  lineAt(line: number | Position): { text: string; range: Range } {
    const number = typeof line === 'number' ? line : line.line;
    const text = this.lines[number] ?? '';
    return { text, range: new Range(number, 0, number, text.length) };
  }
  offsetAt({ line, character }: Position): number {
    let offset = 0;
    for (let i = 0; i < Math.min(line, this.lines.length); i++) offset += (this.lines[i] as string).length + 1;
    return Math.min(offset + Math.min(character, this.lines[line]?.length ?? 0), this.text.length);
  }
  positionAt(offset: number): Position {
    let left = Math.max(0, Math.min(offset, this.text.length));
    let line = 0;
    while (left > (this.lines[line] as string).length) left -= (this.lines[line++] as string).length + 1;
    return new Position(line, left);
  }
  change({ rangeOffset, rangeLength, text }: Change): void {
    this.text = this.text.slice(0, rangeOffset) + text + this.text.slice(rangeOffset + rangeLength);
    this.lines = this.text.split('\n');
    this.version++;
  }
}

export interface TextEditor {
  readonly document: TextDocument;
  readonly selections: readonly Selection[];
  readonly selection: Selection;
}

const changed = new EventEmitter<{ document: TextDocument; contentChanges: readonly Change[]; reason: undefined }>();
const closed = new EventEmitter<TextDocument>();

export const window: { activeTextEditor: TextEditor | undefined; visibleTextEditors: readonly TextEditor[] } = {
  activeTextEditor: undefined,
  visibleTextEditors: [],
};

/** VS Code has asked by itself. */
export const automatically = {
  triggerKind: InlineCompletionTriggerKind.Automatic,
  selectedCompletionInfo: undefined,
} as unknown as vscode.InlineCompletionContext;

/** Nothing is run: the typist calls what a command would. */
export const commands = { executeCommand: () => Promise.resolve() };

export const workspace = {
  onDidChangeTextDocument: changed.event,
  onDidCloseTextDocument: closed.event,
  textDocuments: [] as TextDocument[],
  notebookDocuments: [],
  workspaceFolders: undefined,
  asRelativePath: ({ path }: { path: string }) => path,
  getWorkspaceFolder: () => undefined,
  fs: { isWritableFileSystem: () => true },
};

/** Opens a document in the one editor, with the cursor at its end. */
export function open(document: TextDocument): void {
  for (const other of workspace.textDocuments.splice(0, Infinity, document)) closed.fire(other);
  place(document, document.getText().length);
}

/** An edit at the cursor, which then stands behind what was inserted. */
export function edit(document: TextDocument, change: Change): void {
  document.change(change);
  place(document, change.rangeOffset + change.text.length);
  changed.fire({ document, contentChanges: [change], reason: undefined });
}

function place(document: TextDocument, offset: number): void {
  const cursor = document.positionAt(offset);
  const selection = new Selection(cursor, cursor);
  window.activeTextEditor = { document, selection, selections: [selection] };
  window.visibleTextEditors = [window.activeTextEditor];
}
