/** The provider of ghost text: from a cursor to a question for the engine, and from its answer to an item. */
import * as vscode from 'vscode';
import type { CompleteRequest, Engine } from '../core/engine';
import { encodeUtf8 } from '../core/bytes';
import { GhostText, type Place } from '../core/ghostText';
import { invokedGate, suggest, type Silence, type Suggestion } from '../core/suggestion';
import { TypingPace } from '../core/typingPace';
import { abortSignal, isCancelled, pause } from './cancellation';
import type { Config } from './config';
import { cursorPlace } from './cursorPlace';
import type { Decisions } from './decisions';
import { isAbort, type Failures } from './failures';
import { suppression, type Suppression } from './suppression';

/** Why there is no suggestion. */
export type Reason = Suppression | Silence | 'cancelled' | 'outdated' | 'selected-item-spans-lines' | 'failed';

type Outcome = { readonly suggestion: Suggestion; readonly source: 'memory' | 'engine' } | { readonly reason: Reason };

export class InlineCompletions implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  private readonly ghostText = new GhostText();
  private readonly pace = new TypingPace();
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly engine: Engine,
    private readonly config: Pick<Config, 'settings' | 'onChange'>,
    private readonly failures: Failures,
    private readonly decisions: Decisions,
  ) {
    this.listener = config.onChange(() => {
      this.forget();
    });
  }

  /** Drops what was suggested before: another model or another gate would say something else. */
  forget(): void {
    this.ghostText.clear();
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const start = performance.now();
    const where = `${vscode.workspace.asRelativePath(document.uri)}:${position.line + 1}:${position.character + 1}`;
    const outcome = await this.outcome(document, position, context, token);
    const ms = performance.now() - start;
    if ('reason' in outcome) {
      this.decisions.note({ where, ms, reason: outcome.reason });
      return [];
    }
    const { suggestion, source } = outcome;
    const { text, shown, reason, confidence } = suggestion;
    this.decisions.note({ where, ms, source, text, confidence, ...(reason ? { reason } : {}) });
    if (!shown) return [];
    // With the suggest widget open, VS Code shows only what extends the selected item.
    const selected = context.selectedCompletionInfo;
    const range = selected?.range ?? new vscode.Range(position, position);
    return [new vscode.InlineCompletionItem((selected?.text ?? '') + text, range)];
  }

  private async outcome(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<Outcome> {
    const { settings } = this.config;
    const invoked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const suppressed = suppression(document, position, settings, { invoked });
    if (suppressed) return { reason: suppressed };
    if (context.selectedCompletionInfo?.text.includes('\n')) return { reason: 'selected-item-spans-lines' };

    const { version } = document;
    const place = cursorPlace(document, position, context.selectedCompletionInfo);
    const gate = invoked ? Math.min(invokedGate, settings.gate) : settings.gate;
    const known = this.ghostText.recall(place, gate);
    if (known) return { suggestion: known, source: 'memory' };

    if (!invoked) await pause(this.pace.waitMs, token);
    if (isCancelled(token)) return this.overtaken();
    try {
      const suggestion = await this.ask(document.fileName, place, gate, token);
      this.ghostText.remember(place, gate, suggestion);
      if (isCancelled(token)) return this.overtaken();
      this.pace.note(false);
      return document.version === version ? { suggestion, source: 'engine' } : { reason: 'outdated' };
    } catch (error) {
      if (isCancelled(token) || isAbort(error)) return this.overtaken();
      this.failures.report('Completion', error);
      return { reason: 'failed' };
    }
  }

  private async ask(path: string, place: Place, gate: number, token: vscode.CancellationToken): Promise<Suggestion> {
    const request: CompleteRequest = {
      path,
      prefix: encodeUtf8(place.above + place.line),
      suffix: encodeUtf8(place.after),
      maxBytes: this.config.settings.maxBytes,
      minConfidence: gate,
    };
    const abort = abortSignal(token);
    try {
      return suggest(await this.engine.complete(request, abort.signal), request, { gate });
    } finally {
      abort.dispose();
    }
  }

  private overtaken(): Outcome {
    this.pace.note(true);
    return { reason: 'cancelled' };
  }

  dispose(): void {
    this.listener.dispose();
  }
}
