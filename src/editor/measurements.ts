/**
 * Keeps the visible part of every editor measured, as long as somebody wants that, and when it is quiet the rest of the
 * document. Heat map, marks, hover and lists draw on it. One request is on its way at a time.
 */
import * as vscode from 'vscode';
import type { Engine, EngineInfo, Predictor } from '../core/engine';
import type { Utf8Text } from '../core/bytes';
import type { Span } from '../core/heatMap';
import { Lines } from '../core/lines';
import { withMargin, type LineSpan } from '../core/lineSpan';
import type { MeasuredPart } from '../core/measuredLines';
import { isAbort, type Failures } from './failures';
import { TrackedDocument, type Piece } from './trackedDocument';

/** What is known of the lines on screen and some around them. NaN: not measured yet. */
export interface Measured extends MeasuredPart {
  readonly version: number;
  /** The text of the part, with LF line ends; line 0 is `firstLine` of the document. */
  readonly text: Utf8Text;
  readonly lines: Lines;
  /** What of the part is on screen. */
  readonly visible: Span;
}

/** After the last edit or scrolling, before the rest of the document is read. */
const idleMs = 1_000;
/** Between two looks at work that others have begun. */
const pollMs = 50;

interface Job {
  readonly tracked: TrackedDocument;
  readonly piece: Piece;
  readonly isVisible: boolean;
  readonly controller: AbortController;
}

export class Measurements implements vscode.Disposable {
  private readonly tracked = new Map<vscode.TextDocument, TrackedDocument>();
  private readonly changed = new vscode.EventEmitter<vscode.TextEditor>();
  /** An editor has new numbers, shows other lines, or has no numbers any more. */
  readonly onChange = this.changed.event;
  private readonly grown = new vscode.EventEmitter<vscode.TextDocument>();
  /** More of a document is known, on screen or not. */
  readonly onGrow = this.grown.event;
  private listeners: vscode.Disposable | undefined;
  private readonly wanted = new Set<string>();
  private predictor: Predictor = 'entropy-model';
  private info: EngineInfo | undefined;
  private job: Job | undefined;
  private isRunning = false;
  private idleTimer: NodeJS.Timeout | undefined;
  private isIdle = false;
  /** Ids that a model was run over since the start; for tests and the log. */
  evaluatedBytes = 0;
  private answers = 0;

  constructor(
    private readonly engine: Engine,
    private readonly failures: Failures,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  get isActive(): boolean {
    return this.listeners !== undefined;
  }

  /** Measures as long as somebody wants that. */
  want(who: string, wanted: boolean): void {
    if (wanted) this.wanted.add(who);
    else this.wanted.delete(who);
    const active = this.wanted.size > 0;
    if (active === this.isActive) return;
    if (active) {
      this.listeners = this.listen();
      this.wake();
    } else {
      this.listeners?.dispose();
      this.listeners = undefined;
      this.clear();
    }
  }

  /** Whose predictions are measured from now on. */
  setPredictor(predictor: Predictor): void {
    if (predictor === this.predictor) return;
    this.predictor = predictor;
    this.refresh();
  }

  /** Measures everything anew, for example with another model. */
  refresh(): void {
    this.clear();
    this.info = undefined;
    if (this.isActive) this.wake();
  }

  /** What is known of the lines that an editor shows, and of as many around them. */
  of(editor: vscode.TextEditor): Measured | undefined {
    const tracked = this.tracked.get(editor.document);
    if (!tracked) return undefined;
    const visible = visibleLines(editor);
    const part = tracked.lines.part(withMargin(visible));
    const lines = new Lines(part.text.text);
    const span = {
      start: lines.startOf(visible.first - part.firstLine),
      end: lines.startOf(visible.last + 1 - part.firstLine),
    };
    return { ...part, version: editor.document.version, lines, visible: span };
  }

  documentOf(document: vscode.TextDocument): TrackedDocument | undefined {
    return this.tracked.get(document);
  }

  /**
   * Measures all of a document, from what is on screen outward; of a large one, what is on screen. `onProgress` hears the
   * share that is done. Somebody must want measuring.
   */
  async measureWhole(
    document: vscode.TextDocument,
    signal: AbortSignal,
    onProgress: (share: number) => void,
  ): Promise<void> {
    await this.until(document, signal, (tracked) => {
      const { lineCount } = tracked.lines;
      let done = 0;
      for (let line = 0; line < lineCount; line++) if (tracked.lines.isComplete(line)) done++;
      onProgress(done / lineCount);
      if (!tracked.isWhole) return !this.hasVisiblePiece(tracked);
      // Nobody is asked to wait for an idle moment: somebody waits for the numbers.
      this.isIdle = true;
      return done === lineCount;
    });
  }

  /** Measures a line, if it is on screen. */
  async measureLine(document: vscode.TextDocument, line: number, signal: AbortSignal): Promise<void> {
    await this.until(document, signal, (tracked) => tracked.lines.isComplete(line) || !this.hasVisiblePiece(tracked));
  }

  /** Until a document is as wanted, or nobody works on it any more. */
  private async until(
    document: vscode.TextDocument,
    signal: AbortSignal,
    isDone: (tracked: TrackedDocument) => boolean,
  ): Promise<void> {
    let before = -1;
    while (!signal.aborted && this.isActive && !document.isClosed) {
      const tracked = this.tracked.get(document);
      if (tracked && (!tracked.canBeMeasured || isDone(tracked))) return;
      if (!this.isRunning) {
        // A run that brought nothing will bring nothing the next time.
        if (this.answers === before) return;
        before = this.answers;
        void this.run();
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  private hasVisiblePiece(tracked: TrackedDocument): boolean {
    return vscode.window.visibleTextEditors.some(
      (editor) => editor.document === tracked.document && tracked.pieceIn(visibleLines(editor)) !== undefined,
    );
  }

  private clear(): void {
    this.job?.controller.abort();
    this.tracked.clear();
    for (const editor of vscode.window.visibleTextEditors) this.changed.fire(editor);
  }

  private listen(): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        const tracked = this.tracked.get(document);
        if (tracked) {
          tracked.edit(contentChanges);
          if (tracked.lines.lineCount !== document.lineCount) {
            this.log.error(`[heat map] Lost count of the lines of ${document.fileName}; measuring it anew.`);
            this.tracked.delete(document);
          }
        }
        if (this.job?.tracked === tracked) this.job?.controller.abort();
        this.wake();
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        this.changed.fire(textEditor);
        this.wake();
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) this.changed.fire(editor);
        this.wake();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.wake();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.tracked.delete(document)),
    );
  }

  /** Somebody looks at something else, or has written: that goes first, and the rest waits until it is quiet again. */
  private wake(): void {
    this.isIdle = false;
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => {
      this.isIdle = true;
      void this.run();
    }, idleMs);
    if (this.job && !this.job.isVisible) this.job.controller.abort();
    void this.run();
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      while (this.isActive) {
        const info = (this.info ??= await this.engine.load());
        const job = this.nextJob(info);
        if (!job) return;
        await this.measure(job);
      }
    } catch (error) {
      if (!isAbort(error)) this.failures.report('Heat map', error);
    } finally {
      this.isRunning = false;
    }
  }

  private nextJob(info: EngineInfo): Job | undefined {
    const editors = [...vscode.window.visibleTextEditors].sort(
      (one, other) => Number(other === vscode.window.activeTextEditor) - Number(one === vscode.window.activeTextEditor),
    );
    const open = editors
      // Measuring our own log would write into it, and so on for ever.
      .filter(({ document }) => document.uri.scheme !== 'output' && !document.isClosed)
      .map((editor) => ({ editor, tracked: this.track(editor.document, info), visible: visibleLines(editor) }))
      .filter(({ tracked }) => tracked.canBeMeasured);
    const job = (tracked: TrackedDocument, piece: Piece | undefined, isVisible: boolean): Job | undefined =>
      piece && { tracked, piece, isVisible, controller: new AbortController() };
    for (const around of [(lines: LineSpan) => lines, withMargin]) {
      for (const { tracked, visible } of open) {
        const found = job(tracked, tracked.pieceIn(around(visible)), true);
        if (found) return found;
      }
    }
    if (!this.isIdle) return undefined;
    for (const { tracked, visible } of open) {
      const found = tracked.isWhole ? job(tracked, tracked.pieceAround(visible), false) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  private track(document: vscode.TextDocument, info: EngineInfo): TrackedDocument {
    let tracked = this.tracked.get(document);
    if (!tracked) {
      const predictor = info.thresholdNats === null ? 'model' : this.predictor;
      const reach = predictor === 'model' ? Infinity : (info.entropyReach ?? Infinity);
      tracked = new TrackedDocument(
        document,
        { predictor, reach, stretchBytes: info.stretchBytes },
        info.thresholdNats,
      );
      this.tracked.set(document, tracked);
    }
    return tracked;
  }

  private async measure(job: Job): Promise<void> {
    this.job = job;
    const { tracked, piece, controller, isVisible } = job;
    try {
      const measurement = await this.engine.measure(piece.request, controller.signal);
      this.answers++;
      this.evaluatedBytes += measurement.evaluatedBytes;
      // An edit has cancelled this work, but the answer may have been on its way already.
      if (controller.signal.aborted || this.tracked.get(tracked.document) !== tracked) return;
      tracked.write(piece, measurement);
      if (isVisible) this.fire(tracked.document);
      this.grown.fire(tracked.document);
    } catch (error) {
      if (!isAbort(error) && !controller.signal.aborted) throw error;
    } finally {
      this.job = undefined;
    }
  }

  private fire(document: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) this.changed.fire(editor);
  }

  dispose(): void {
    for (const who of [...this.wanted]) this.want(who, false);
    clearTimeout(this.idleTimer);
    this.changed.dispose();
    this.grown.dispose();
  }
}

/** The lines on screen; folded ones between them count as well. */
export function visibleLines({ visibleRanges }: vscode.TextEditor): LineSpan {
  const first = Math.min(...visibleRanges.map(({ start }) => start.line));
  const last = Math.max(...visibleRanges.map(({ end }) => end.line));
  return visibleRanges.length > 0 ? { first, last } : { first: 0, last: 0 };
}
