/** Keeps the visible part of every editor measured, as long as somebody wants that. Heat map, marks and hover draw on it. */
import * as vscode from 'vscode';
import type { Engine, Measurement } from '../core/engine';
import { Utf8Text } from '../core/bytes';
import type { Span } from '../core/heatMap';
import { Lines } from '../core/lines';
import { largestDocument, measuredRange, type LineSpan } from '../core/measuredRange';
import { withLineFeeds } from '../core/promptWindow';
import { isAbort, type Failures } from './failures';

/** What was measured of one version of a document. Offsets count its text with LF line ends. */
export interface Measured {
  readonly version: number;
  readonly text: Utf8Text;
  readonly lines: Lines;
  readonly measurement: Measurement;
  /** What of it was on screen. */
  readonly visible: Span;
}

/** Editing and scrolling come in bursts; only their end is worth a measurement. */
const quietMs = 150;

interface Work {
  readonly timer: NodeJS.Timeout;
  readonly controller: AbortController;
}

export class Measurements implements vscode.Disposable {
  private readonly works = new Map<vscode.TextEditor, Work>();
  private readonly latest = new Map<vscode.TextEditor, Measured>();
  private readonly changed = new vscode.EventEmitter<vscode.TextEditor>();
  /** An editor has a new measurement, or has none any more. */
  readonly onChange = this.changed.event;
  private listeners: vscode.Disposable | undefined;
  /** Documents that the user was told about. */
  private readonly tooLarge = new WeakSet<vscode.TextDocument>();

  constructor(
    private readonly engine: Engine,
    private readonly failures: Failures,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** The measurement of an editor, which may be of an earlier version of its document. */
  of(editor: vscode.TextEditor): Measured | undefined {
    return this.latest.get(editor);
  }

  get isActive(): boolean {
    return this.listeners !== undefined;
  }

  setActive(active: boolean): void {
    if (active === this.isActive) return;
    if (active) {
      this.listeners = this.listen();
      this.scheduleAll(0);
    } else {
      this.listeners?.dispose();
      this.listeners = undefined;
      this.clear();
    }
  }

  /** Measures everything anew, for example with another model. */
  refresh(): void {
    this.clear();
    if (this.isActive) this.scheduleAll(0);
  }

  private clear(): void {
    const editors = [...this.latest.keys()];
    for (const editor of this.works.keys()) this.cancel(editor);
    this.latest.clear();
    for (const editor of editors) this.changed.fire(editor);
  }

  private listen(): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        for (const editor of vscode.window.visibleTextEditors) {
          if (editor.document === document) this.schedule(editor, quietMs);
        }
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        this.schedule(textEditor, quietMs);
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of [...this.latest.keys(), ...this.works.keys()]) {
          if (!editors.includes(editor)) this.drop(editor);
        }
        this.scheduleAll(0);
      }),
    );
  }

  private scheduleAll(delay: number): void {
    for (const editor of vscode.window.visibleTextEditors) this.schedule(editor, delay);
  }

  private schedule(editor: vscode.TextEditor, delay: number): void {
    this.cancel(editor);
    // Measuring our own log would write into it, and so on for ever.
    if (editor.document.uri.scheme === 'output') return;
    const controller = new AbortController();
    const timer = setTimeout(() => void this.measure(editor, controller), delay);
    this.works.set(editor, { timer, controller });
  }

  private cancel(editor: vscode.TextEditor): void {
    const work = this.works.get(editor);
    if (!work) return;
    clearTimeout(work.timer);
    work.controller.abort();
    this.works.delete(editor);
  }

  private drop(editor: vscode.TextEditor): void {
    this.cancel(editor);
    this.latest.delete(editor);
  }

  private async measure(editor: vscode.TextEditor, controller: AbortController): Promise<void> {
    const { document } = editor;
    const { version } = document;
    const known = this.latest.get(editor);
    const isCurrent = known?.version === version;
    const text = isCurrent ? known.text : new Utf8Text(withLineFeeds(document.getText()));
    const lines = isCurrent ? known.lines : new Lines(text.text);
    const visible = visibleLines(editor);
    const range = measuredRange(text, lines, visible, isCurrent ? known.measurement : undefined);
    const span = { start: lines.startOf(visible.first), end: lines.startOf(visible.last + 1) };
    try {
      let measurement = known?.measurement;
      if (typeof range === 'string') {
        this.log.trace(`[heat map] ${document.fileName}: ${range}`);
        if (range === 'too-large') this.tellTooLarge(document);
        if (range !== 'measured-already') return;
      } else {
        measurement = await this.engine.measure({ text: text.bytes, ...range }, controller.signal);
      }
      // An edit has cancelled this work, but the answer may have been on its way already.
      if (!measurement || controller.signal.aborted || document.version !== version) return;
      this.latest.set(editor, { version, text, lines, measurement, visible: span });
      this.changed.fire(editor);
    } catch (error) {
      if (!isAbort(error) && !controller.signal.aborted) this.failures.report('Heat map', error);
    } finally {
      if (this.works.get(editor)?.controller === controller) this.works.delete(editor);
    }
  }

  private tellTooLarge(document: vscode.TextDocument): void {
    if (this.tooLarge.has(document)) return;
    this.tooLarge.add(document);
    const limit = `${largestDocument / 1e6} MB`;
    vscode.window.setStatusBarMessage(`Bytewise: no heat map, because the file is larger than ${limit}`, 8_000);
  }

  dispose(): void {
    this.setActive(false);
    this.changed.dispose();
  }
}

/** The lines on screen; folded ones between them count as well. */
function visibleLines({ visibleRanges }: vscode.TextEditor): LineSpan {
  const first = Math.min(...visibleRanges.map(({ start }) => start.line));
  const last = Math.max(...visibleRanges.map(({ end }) => end.line));
  return visibleRanges.length > 0 ? { first, last } : { first: 0, last: 0 };
}
