/** The engine's work on one answer. It goes on while the user types what it says, and it may begin before VS Code asks. */
import * as vscode from 'vscode';
import { Generation, type Beginning } from '../core/generation';
import type { Place } from '../core/ghostText';
import type { Suggestion } from '../core/suggestion';
import { isCancelled } from './cancellation';

type Ask = (signal: AbortSignal, onBytes: (bytes: Uint8Array) => void) => Promise<Suggestion>;

export class Writing {
  /** Rejects with an AbortError when the work is given up. */
  readonly answer: Promise<Suggestion>;
  private readonly generation: Generation;
  private readonly controller = new AbortController();

  constructor(
    readonly document: vscode.TextDocument,
    place: Place,
    private readonly gate: number,
    beginning: Beginning,
    ask: Ask,
  ) {
    this.generation = new Generation(place, gate, beginning);
    this.answer = ask(this.controller.signal, (bytes) => {
      if (!this.generation.hear(bytes)) this.giveUp();
    });
    // Whoever waits for it is told.
    this.answer.catch(() => {});
  }

  giveUp(): void {
    this.controller.abort();
  }

  /** Whether it is for a place, or one that typing on leads to, and for a gate, if that matters. */
  leadsTo(place: Place, gate: number | undefined): boolean {
    return this.generation.leadsTo(place) && (gate === undefined || gate === this.gate);
  }

  /** An edit of the document: one that the answer does not agree with ends the work. */
  follow(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    const agrees = changes.every(({ rangeOffset, rangeLength, text }) =>
      this.generation.follow({ start: rangeOffset, removed: rangeLength, inserted: text }),
    );
    if (!agrees || changes.length > 1) this.giveUp();
  }

  /**
   * Resolves when the answer is there or will not come, or when VS Code has cancelled its request for this version of the
   * document. A key that agrees with the answer is no reason to give it up.
   */
  settled(version: number, token: vscode.CancellationToken): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        listener.dispose();
        resolve();
      };
      const cancel = () => {
        if (this.document.version === version) this.giveUp();
        end();
      };
      const listener = token.onCancellationRequested(cancel);
      this.answer.then(end, end);
      if (isCancelled(token)) cancel();
    });
  }
}

/** From where on a document's edits are compared with what is written for a place. */
export function beginning(
  document: vscode.TextDocument,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): Beginning {
  const start = selected?.range.start ?? position;
  const typed = document.getText(new vscode.Range(start, position));
  return { start: document.offsetAt(start), typed, wanted: selected?.text ?? '' };
}
