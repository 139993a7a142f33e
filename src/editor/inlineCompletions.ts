/** The provider of ghost text: from a cursor to a question for the engine, and from its answer to an item. */
import * as vscode from 'vscode';
import type { CompleteRequest, Engine } from '../core/engine';
import { encodeUtf8 } from '../core/bytes';
import type { Reason } from '../core/decision';
import type { Beginning } from '../core/generation';
import { GhostText, placeAfter, type Place } from '../core/ghostText';
import { invokedGate, searchBytesFor, suggest, type Suggestion } from '../core/suggestion';
import { TypingPace } from '../core/typingPace';
import type { Battery } from './battery';
import type { Blocks, OpenBlock } from './blocks';
import { isCancelled, pause } from './cancellation';
import type { Config } from './config';
import { cursorPlace, fileNameFor } from './cursorPlace';
import type { Decisions } from './decisions';
import type { FixOnAccept } from './fixOnAccept';
import { isAbort, type Failures } from './failures';
import type { Neighbours } from './neighbours';
import type { Suppressions } from './suppression';
import type { Usage } from './usage';
import { beginning, Writing } from './writing';

/** Run by VS Code when a suggestion was accepted as a whole; no command for users. */
export const acceptedCommand = 'bytewise.suggestionAccepted';
/** What that command is given. */
export interface Accepted {
  readonly document: vscode.TextDocument;
  readonly place: Place;
  readonly text: string;
  /** Where the text ends then, in UTF-16 code units. */
  readonly end: number;
}

/** A block may have so many times the bytes that a line may have. */
const blockLength = 4;

type Outcome =
  | { readonly suggestion: Suggestion; readonly source: 'memory' | 'engine'; readonly place: Place }
  | { readonly reason: Reason };

/** What the provider lives among. */
export interface Surroundings {
  readonly engine: Engine;
  readonly config: Pick<Config, 'settings' | 'onChange'>;
  readonly suppressions: Suppressions;
  readonly blocks: Pick<Blocks, 'at'>;
  readonly battery: Pick<Battery, 'isInUse'>;
  readonly failures: Failures;
  readonly decisions: Decisions;
  readonly usage: Pick<Usage, 'offered' | 'accepted' | 'withdraw'>;
  readonly fixes: Pick<FixOnAccept, 'offered' | 'accepted' | 'withdraw'>;
  readonly neighbours: Pick<Neighbours, 'of'>;
}

export class InlineCompletions implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  private readonly ghostText = new GhostText();
  private readonly pace = new TypingPace();
  private writing: Writing | undefined;
  private readonly listeners: vscode.Disposable;

  constructor(private readonly around: Surroundings) {
    this.listeners = vscode.Disposable.from(
      around.config.onChange(() => {
        this.forget();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === this.writing?.document) this.writing.follow(contentChanges);
        const [change, ...others] = contentChanges;
        if (document !== vscode.window.activeTextEditor?.document || others.length > 0) return;
        // One or two characters: a key, or a bracket with the one that closes it.
        if (change && change.text.length > 0 && change.text.length <= 2) this.pace.key(performance.now());
      }),
    );
  }

  /** Drops what was suggested before: another model or another gate would say something else. */
  forget(): void {
    this.ghostText.clear();
    this.drop();
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const { decisions, usage, fixes } = this.around;
    const start = performance.now();
    const where = `${vscode.workspace.asRelativePath(document.uri)}:${position.line + 1}:${position.character + 1}`;
    const gate = this.gate(context);
    const outcome = await this.outcome(document, position, context, token);
    const noted = { at: Date.now(), where, ms: performance.now() - start };
    if ('reason' in outcome) {
      decisions.note({ ...noted, reason: outcome.reason });
      return [];
    }
    const { suggestion, source, place } = outcome;
    const { text, shown, reason, confidence } = suggestion;
    decisions.note({ ...noted, source, text, confidence, gate, ...(reason ? { reason } : {}) });
    if (!shown) {
      usage.withdraw();
      fixes.withdraw();
      return [];
    }
    const written = withLineEndsOf(document, text);
    usage.offered(document, position, written);
    // With the suggest widget open, VS Code shows only what extends the selected item.
    const selected = context.selectedCompletionInfo;
    if (selected) fixes.withdraw();
    else fixes.offered(document, position, text);
    const range = selected?.range ?? new vscode.Range(position, position);
    const end = document.offsetAt(range.start) + (selected?.text ?? '').length + written.length;
    const accepted: Accepted = { document, place, text, end };
    const command = { command: acceptedCommand, title: 'Accepted', arguments: [accepted] };
    return [new vscode.InlineCompletionItem((selected?.text ?? '') + written, range, command)];
  }

  /** The next suggestion is worked on at once, before VS Code asks for it. A typo fix ends that work: the line is another one then. */
  async accepted(accepted: Accepted): Promise<void> {
    const { document, text } = accepted;
    this.around.usage.accepted(document, withLineEndsOf(document, text));
    const fixed = this.around.fixes.accepted(document);
    await Promise.all([fixed, this.prepare(accepted)]);
  }

  private async prepare({ document, place, text, end }: Accepted): Promise<void> {
    const { battery, config, suppressions } = this.around;
    const { gate, trigger } = config.settings;
    if (trigger === 'manual' || battery.isInUse) return;
    if (suppressions.ofDocument(document, { invoked: false })) return;
    const next = placeAfter(place, text);
    // VS Code may have asked already: what it waits for is not begun anew.
    if (this.ghostText.recall(next, gate) || this.writing?.leadsTo(next, gate)) return;
    const { answer } = this.write(document, next, gate, { start: end, typed: '', wanted: '' });
    await answer.catch(() => {});
  }

  private async outcome(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<Outcome> {
    const { suppressions, config, battery, engine, failures } = this.around;
    const invoked = isInvoked(context);
    const selected = context.selectedCompletionInfo;
    await suppressions.ready;
    const suppressed = suppressions.at(document, position, { invoked, selected });
    if (suppressed && suppressed !== 'inside-word') return { reason: suppressed };

    const { version } = document;
    const place = cursorPlace(document, position, selected);
    const gate = this.gate(context);
    const manual = config.settings.trigger === 'manual' && !invoked;
    // What was asked for by hand, inside a word or not, stays while it is typed.
    const onlyGoOn = suppressed !== undefined || manual;
    const recall = () => (onlyGoOn ? this.ghostText.goOn(place) : this.ghostText.recall(place, gate));
    const known = recall();
    if (known) return { suggestion: known, source: 'memory', place };

    const asked = performance.now();
    const going = this.goingOn(place, onlyGoOn ? undefined : gate);
    if (going) {
      await going.settled(version, token);
      if (isCancelled(token)) return this.overtaken('cancelled', performance.now() - asked);
      const written = recall();
      if (written) return { suggestion: written, source: 'engine', place };
    }
    if (suppressed) return { reason: suppressed };
    if (manual) return { reason: 'manual' };

    // At the start of a line nothing is typed that the next key would go on with.
    const atOnce = invoked || going !== undefined || place.line.trim() === '';
    const thrifty = config.settings.onBattery === 'slow' && battery.isInUse;
    if (!atOnce) await pause(this.pace.waitMs({ thrifty }), token);
    if (isCancelled(token)) return this.overtaken('debounced');
    const wasBusy = engine.state === 'busy';
    const overtaken = () => {
      if (engine.state === 'loading') return this.overtaken('engine-loading');
      return this.overtaken(wasBusy ? 'engine-busy' : 'cancelled', performance.now() - asked);
    };
    const started = this.write(document, place, gate, beginning(document, position, selected));
    await started.settled(version, token);
    if (isCancelled(token)) return overtaken();
    try {
      const suggestion = await started.answer;
      return document.version === version ? { suggestion, source: 'engine', place } : { reason: 'outdated' };
    } catch (error) {
      if (isAbort(error)) return overtaken();
      failures.report('Completion', error);
      return { reason: 'failed' };
    }
  }

  /** What is being written, if it is for this place or leads to it. Else it is given up: it would only keep the engine busy. */
  private goingOn(place: Place, gate: number | undefined): Writing | undefined {
    if (!this.writing?.leadsTo(place, gate)) this.drop();
    return this.writing;
  }

  /** Has the engine write an answer, and only this one: another one in work is given up. */
  private write(document: vscode.TextDocument, place: Place, gate: number, start: Beginning): Writing {
    this.drop();
    const open = this.around.blocks.at(document, place, start);
    const writing = new Writing(document, place, gate, start, (signal, onBytes) =>
      this.ask(document, { place, open }, gate, signal, onBytes),
    );
    this.writing = writing;
    const end = () => {
      if (this.writing === writing) this.writing = undefined;
    };
    writing.answer.then(end, end);
    return writing;
  }

  private async ask(
    document: vscode.TextDocument,
    { place, open }: { readonly place: Place; readonly open: OpenBlock | undefined },
    gate: number,
    signal: AbortSignal,
    onBytes: (bytes: Uint8Array) => void,
  ): Promise<Suggestion> {
    const { maxBytes } = this.around.config.settings;
    const request: CompleteRequest = {
      path: fileNameFor(document),
      prefix: encodeUtf8(place.above + place.line),
      suffix: encodeUtf8(place.after),
      maxBytes: open ? blockLength * maxBytes : maxBytes,
      minConfidence: gate,
      searchBytes: searchBytesFor(gate),
      sources: this.around.neighbours.of(document),
      ...(open && { block: open.block }),
    };
    const result = await this.around.engine.complete(request, signal, onBytes);
    this.pace.answered(result);
    const suggestion = suggest(result, request, { gate, ...(open && { blockEnd: open.blockEnd }) });
    this.ghostText.remember(place, gate, suggestion);
    return suggestion;
  }

  private gate(context: vscode.InlineCompletionContext): number {
    const { gate } = this.around.config.settings;
    return isInvoked(context) ? Math.min(invokedGate, gate) : gate;
  }

  private drop(): void {
    this.writing?.giveUp();
    this.writing = undefined;
  }

  private overtaken(reason: Reason, engineMs = 0): Outcome {
    this.pace.overtaken(engineMs);
    return { reason };
  }

  dispose(): void {
    this.drop();
    this.listeners.dispose();
  }
}

const withLineEndsOf = ({ eol }: vscode.TextDocument, text: string) =>
  eol === vscode.EndOfLine.CRLF ? text.replaceAll('\n', '\r\n') : text;

const isInvoked = ({ triggerKind }: vscode.InlineCompletionContext) =>
  triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
