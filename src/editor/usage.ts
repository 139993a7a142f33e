/**
 * Watches what becomes of suggestions, for the statistics. VS Code does not tell an extension of the stable API what it shows
 * and what is accepted, so both are concluded: from time, and from the edits that follow.
 */
import * as vscode from 'vscode';
import {
  keptAfterSeconds,
  noStatistics,
  parseStatistics,
  shownAfterMs,
  withAccepted,
  withKept,
  withShown,
  type KeptAfter,
  type Statistics,
} from '../core/statistics';
import { TrackedText, type Change } from '../core/trackedText';

const key = 'statistics';
/** Edits come in bursts; only their end is worth writing to disk. */
const saveAfterMs = 2_000;
/** More accepted texts than this are not followed at a time. */
const mostTracked = 50;

/** A suggestion that stands, most likely, in the editor. */
interface Offer {
  readonly document: vscode.TextDocument;
  /** Where it stands, in UTF-16 code units. */
  at: number;
  /** What is left of it. */
  text: string;
  isShown: boolean;
  readonly timer: NodeJS.Timeout;
  /** What was taken of it so far. */
  taken: TrackedText | undefined;
}

interface Tracked {
  readonly document: vscode.TextDocument;
  readonly text: TrackedText;
  readonly timers: readonly NodeJS.Timeout[];
}

export class Usage implements vscode.Disposable {
  private statistics: Statistics;
  private offer: Offer | undefined;
  private tracked: Tracked[] = [];
  private saving: NodeJS.Timeout | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChange = this.changed.event;
  private readonly listeners: vscode.Disposable;

  constructor(private readonly memory: vscode.Memento) {
    this.statistics = parseStatistics(memory.get(key), Date.now());
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        for (const change of contentChanges) this.follow(document, change);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (this.offer?.document === document) this.withdraw();
        for (const one of this.tracked.filter((tracked) => tracked.document === document)) this.drop(one);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor: { document }, selections, kind }) => {
        // Typing moves the cursor too, and is followed by its edits.
        if (kind === undefined || this.offer?.document !== document) return;
        const [selection] = selections;
        const stays = selection?.isEmpty && document.offsetAt(selection.active) === this.offer.at;
        if (!stays) this.withdraw();
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (this.offer && editor?.document !== this.offer.document) this.withdraw();
      }),
    );
  }

  get latest(): Statistics {
    return this.statistics;
  }

  /** A suggestion was given to VS Code, for a place in a document. */
  offered(document: vscode.TextDocument, position: vscode.Position, text: string): void {
    const at = document.offsetAt(position);
    const { offer } = this;
    // Who types what it says is still looking at the same one.
    if (offer?.document === document && offer.at === at && offer.text === text) return;
    this.withdraw();
    const timer = setTimeout(() => {
      if (made.text !== '') this.countShown(made);
    }, shownAfterMs);
    const made: Offer = { document, at, text, isShown: false, timer, taken: undefined };
    this.offer = made;
  }

  /** VS Code has run the command of an accepted suggestion, of which this text was left. */
  accepted(document: vscode.TextDocument, text: string): void {
    const { offer } = this;
    // Longer texts are known from the edit itself; a single character might have been typed.
    if (offer?.document !== document || offer.text !== '' || text.length !== 1) return;
    this.take(offer, offer.at - 1, text);
    this.withdraw();
  }

  /** There is no suggestion any more at the place where the last one stood. */
  withdraw(): void {
    clearTimeout(this.offer?.timer);
    this.offer = undefined;
  }

  async reset(): Promise<void> {
    this.statistics = noStatistics(Date.now());
    this.changed.fire();
    await this.save();
  }

  private follow(
    document: vscode.TextDocument,
    { rangeOffset, rangeLength, text }: vscode.TextDocumentContentChangeEvent,
  ) {
    const change: Change = { start: rangeOffset, removed: rangeLength, inserted: text };
    for (const one of this.tracked) if (one.document === document) one.text.follow(change);
    const { offer } = this;
    if (offer?.document !== document) return;
    const goesOn = rangeOffset === offer.at && rangeLength === 0 && text !== '' && offer.text.startsWith(text);
    if (!goesOn) {
      this.withdraw();
      return;
    }
    offer.at += text.length;
    offer.text = offer.text.slice(text.length);
    // A key writes one character, or a bracket or quote together with the one that closes it.
    if (text.length > 1 && !/^(\(\)|\[\]|\{\}|""|''|``)$/.test(text)) this.take(offer, rangeOffset, text);
    else offer.taken?.extend(text);
  }

  private countShown(offer: Offer): void {
    if (offer.isShown) return;
    offer.isShown = true;
    this.set(withShown(this.statistics, offer.document.languageId));
  }

  /** All or a part of a suggestion was accepted. */
  private take(offer: Offer, start: number, text: string): void {
    this.countShown(offer);
    const again = offer.taken !== undefined;
    const { languageId } = offer.document;
    this.set(withAccepted(this.statistics, languageId, { characters: text.length, again }));
    if (offer.taken) offer.taken.extend(text);
    else offer.taken = this.track(offer.document, start, text);
  }

  private track(document: vscode.TextDocument, start: number, text: string): TrackedText {
    const tracked = new TrackedText(start, text);
    const timers = keptAfterSeconds.map((after) =>
      setTimeout(() => {
        this.check(one, after);
      }, after * 1_000),
    );
    const one: Tracked = { document, text: tracked, timers };
    this.tracked.push(one);
    for (const old of this.tracked.slice(0, -mostTracked)) this.drop(old);
    return tracked;
  }

  private check(one: Tracked, after: KeptAfter): void {
    const isKept = one.text.isKeptIn(one.document.getText());
    this.set(withKept(this.statistics, one.document.languageId, { after, isKept }));
    if (after === keptAfterSeconds.at(-1)) this.drop(one);
  }

  private drop(one: Tracked): void {
    for (const timer of one.timers) clearTimeout(timer);
    this.tracked = this.tracked.filter((other) => other !== one);
  }

  private set(statistics: Statistics): void {
    this.statistics = statistics;
    this.changed.fire();
    this.saving ??= setTimeout(() => void this.save(), saveAfterMs);
  }

  private async save(): Promise<void> {
    clearTimeout(this.saving);
    this.saving = undefined;
    await this.memory.update(key, this.statistics);
  }

  dispose(): void {
    this.withdraw();
    for (const one of this.tracked) this.drop(one);
    if (this.saving) void this.save();
    this.listeners.dispose();
    this.changed.dispose();
  }
}
