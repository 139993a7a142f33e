/**
 * Fixes the misspelt word before a suggestion when that is accepted. VS Code shows no ghost text that changes what is typed, so
 * the fix is an edit of its own that joins the undo step of the acceptance. It is marked before and announced after.
 */
import * as vscode from 'vscode';
import { withLineFeeds } from '../core/promptWindow';
import { firstLine } from '../core/words';
import type { Config } from './config';
import type { FoundRepair, Typos } from './typos';
import type { TypoNotice } from './typoNotice';

/** Who accepts a suggestion before its fix is known waits no longer for it. */
const longestWaitMs = 100;

interface Pending {
  readonly document: vscode.TextDocument;
  /** The line up to the cursor, and the suggestion there, as they were at first. */
  readonly line: string;
  readonly text: string;
  readonly lineNumber: number;
  readonly controller: AbortController;
  readonly answer: Promise<FoundRepair | undefined>;
}

export class FixOnAccept implements vscode.Disposable {
  private pending: Pending | undefined;
  /** All of its suggestion is written; whether by accepting it, the command of VS Code will tell, maybe after its next question. */
  private written: Pending | undefined;
  private readonly listeners: vscode.Disposable;

  constructor(
    private readonly typos: Pick<Typos, 'ofAccepted'>,
    private readonly config: Pick<Config, 'settings'>,
    private readonly notice: Pick<TypoNotice, 'mark' | 'unmark' | 'announce'>,
  ) {
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // Logs are documents too, and a document that has become dirty says so without a change.
        if (this.written?.document === document && contentChanges.length > 0) this.written = undefined;
        if (this.pending?.document === document && !contentChanges.every((change) => this.isTyping(change)))
          this.withdraw();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor: { document }, selections: [selection] }) => {
        // Typing moves the cursor too, along the suggestion.
        if (this.pending?.document === document && !(selection?.isEmpty && this.isOnTheWay(selection.active)))
          this.withdraw();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.withdraw();
      }),
    );
  }

  /** A suggestion is on show, for a place in a document. */
  offered(document: vscode.TextDocument, position: vscode.Position, text: string): void {
    if (!this.config.settings.typos.fixOnAccept) {
      this.withdraw();
      return;
    }
    const line = document.lineAt(position.line).text.slice(0, position.character);
    if (this.isGoneOnFrom(document, position.line, line + text, line)) return;
    this.withdraw();
    const controller = new AbortController();
    const answer = this.typos.ofAccepted({ document, position, invoked: true }, text, controller.signal);
    const pending: Pending = { document, line, text, lineNumber: position.line, controller, answer };
    this.pending = pending;
    void answer.then((found) => {
      if (found && this.pending === pending) this.notice.mark(document, found);
    });
  }

  /** There is no suggestion any more. */
  withdraw(): void {
    const { pending } = this;
    if (pending && isWritten(pending)) this.written = pending;
    else pending?.controller.abort();
    this.pending = undefined;
    this.notice.unmark();
  }

  /** The suggestion was accepted as a whole. Whether a typo was fixed then. */
  async accepted(document: vscode.TextDocument): Promise<boolean> {
    const accepted = [this.pending, this.written].find((one) => one?.document === document && isWritten(one));
    this.written = undefined;
    if (!accepted) return false;
    if (accepted === this.pending) this.pending = undefined;
    const found = await Promise.race([accepted.answer, after(longestWaitMs)]);
    accepted.controller.abort();
    this.notice.unmark();
    const editor = vscode.window.activeTextEditor;
    // Who has changed the line meanwhile keeps what is there.
    if (!found || editor?.document !== document || !isWritten(accepted)) return false;
    const isDone = await editor.edit(
      (edit) => {
        edit.replace(found.range, found.text);
      },
      { undoStopBefore: false, undoStopAfter: true },
    );
    if (isDone) this.notice.announce(document, found);
    return isDone;
  }

  /** Whether the suggestion is the rest of the one that the pending fix belongs to. */
  private isGoneOnFrom(document: vscode.TextDocument, lineNumber: number, whole: string, line: string): boolean {
    const { pending } = this;
    if (pending?.document !== document || pending.lineNumber !== lineNumber) return false;
    return whole === pending.line + pending.text && line.startsWith(pending.line);
  }

  /** Whether a change writes what the suggestion says, a part of it or all. */
  private isTyping({ range: { start, end }, text }: vscode.TextDocumentContentChangeEvent): boolean {
    const { pending } = this;
    if (!pending || start.line !== pending.lineNumber || !start.isEqual(end)) return false;
    return (
      (pending.line + pending.text).startsWith(withLineFeeds(text), start.character) &&
      start.character >= pending.line.length
    );
  }

  /** Whether a cursor is where the suggestion begins, or what is before it is written as the suggestion says. */
  private isOnTheWay({ line, character }: vscode.Position): boolean {
    const { pending } = this;
    if (!pending) return false;
    const below = line - pending.lineNumber;
    if (below > 0) {
      return below < pending.text.split('\n').length && isWritten(pending);
    }
    if (below < 0 || character < pending.line.length) return false;
    return (pending.line + pending.text).startsWith(pending.document.lineAt(line).text.slice(0, character));
  }

  dispose(): void {
    this.withdraw();
    this.listeners.dispose();
  }
}

/** Whether the line of a suggestion says what it says. */
function isWritten({ document, lineNumber, line, text }: Pending): boolean {
  return lineNumber < document.lineCount && document.lineAt(lineNumber).text.startsWith(line + firstLine(text));
}

const after = (ms: number) =>
  new Promise<undefined>((resolve) =>
    setTimeout(() => {
      resolve(undefined);
    }, ms),
  );
