/**
 * The editor that the inspector looks at, the one that had the focus last, and what the entropy model makes of its visible
 * lines. It asks for candidates and for the entropy model whatever the heat map shows, so it measures by itself, but like the
 * heat map only what an edit may have changed.
 */
import * as vscode from 'vscode';
import { Utf8Text } from '../core/bytes';
import { carryOver, fillIn, requestFor, type KnownBytes } from '../core/carriedBytes';
import type { Engine, EngineInfo } from '../core/engine';
import type { MeasuredBytes } from '../core/measuredBytes';
import { Lines } from '../core/lines';
import { withLineFeeds } from '../core/promptWindow';
import { visibleBytes } from '../core/visibleBytes';
import { isAbort } from './failures';
import { visibleLines } from './measurements';

/** What is known of one version of a document. Offsets count its text with LF line ends. */
export interface InspectedText {
  readonly editor: vscode.TextEditor;
  readonly version: number;
  readonly text: Utf8Text;
  readonly lines: Lines;
  /** The visible lines. */
  readonly measured: MeasuredBytes;
  readonly info: EngineInfo;
}

/** Why there is nothing; `waiting`: it will come. */
export type NoText = 'no-editor' | 'empty' | 'too-large' | 'waiting' | { readonly failure: unknown };

/** Characters. The whole text is compared with the one before after each edit: milliseconds, but on the extension host. */
export const largestDocument = 1_000_000;
/** Editing and scrolling come in bursts; only their end is worth a measurement. */
const quietMs = 60;

export class InspectedEditor implements vscode.Disposable {
  private chosen: vscode.TextEditor | undefined;
  private state: InspectedText | NoText = 'waiting';
  private readonly changed = new vscode.EventEmitter<'text' | 'place'>();
  /** There is something new to show, or the cursor has moved. */
  readonly onChange = this.changed.event;
  private readonly listeners: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;
  private controller = new AbortController();
  private isActive = false;
  /** Ids that the model was run over since the start; for tests. */
  evaluatedBytes = 0;

  constructor(private readonly engine: Pick<Engine, 'load' | 'measure'>) {
    this.choose(vscode.window.activeTextEditor);
    this.listeners = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        this.choose(editor);
        this.schedule(0);
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.schedule(0);
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        if (textEditor === this.editor) this.schedule(quietMs);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && document === this.editor?.document) this.schedule(quietMs);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.editor) this.changed.fire('place');
      }),
    );
  }

  /** Undefined when no editor is on screen. The web view takes the focus, so the active editor would not do. */
  get editor(): vscode.TextEditor | undefined {
    const visible = vscode.window.visibleTextEditors.filter(isInspected);
    return this.chosen && visible.includes(this.chosen) ? this.chosen : visible[0];
  }

  private choose(editor: vscode.TextEditor | undefined): void {
    if (editor && isInspected(editor)) this.chosen = editor;
  }

  get latest(): InspectedText | NoText {
    return this.state;
  }

  /** What was measured of the text as it stands now. */
  get current(): InspectedText | undefined {
    const { state } = this;
    if (typeof state === 'string' || 'failure' in state) return undefined;
    return state.editor === this.editor && state.version === state.editor.document.version ? state : undefined;
  }

  /** Measures while somebody looks. */
  setActive(active: boolean): void {
    if (active === this.isActive) return;
    this.isActive = active;
    if (active) this.schedule(0);
    else this.stop();
  }

  /** Measures anew, for example with another model. */
  refresh(): void {
    this.state = 'waiting';
    this.schedule(0);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.controller.abort();
    this.state = 'waiting';
  }

  private schedule(delay: number): void {
    if (!this.isActive) return;
    clearTimeout(this.timer);
    this.controller.abort();
    const controller = new AbortController();
    this.controller = controller;
    this.timer = setTimeout(() => void this.measure(controller.signal), delay);
  }

  private async measure(signal: AbortSignal): Promise<void> {
    const { editor } = this;
    const before = this.state;
    // Another file than the one that is shown; numbers of the same one stay until there are new ones.
    if (typeof before === 'string' || 'failure' in before || before.editor !== editor) this.become('waiting');
    try {
      const state = editor ? await this.measured(editor, signal) : 'no-editor';
      if (
        signal.aborted ||
        (typeof state === 'object' && 'version' in state && state.version !== editor?.document.version)
      )
        return;
      this.become(state);
    } catch (failure) {
      if (!isAbort(failure) && !signal.aborted) this.become({ failure });
    }
  }

  private become(state: InspectedText | NoText): void {
    this.state = state;
    this.changed.fire('text');
  }

  private async measured(editor: vscode.TextEditor, signal: AbortSignal): Promise<InspectedText | NoText> {
    const { document } = editor;
    const { version } = document;
    // The end of a large document is cheaper to ask for than its text.
    if (document.offsetAt(new vscode.Position(document.lineCount, 0)) > largestDocument) return 'too-large';
    const text = new Utf8Text(withLineFeeds(document.getText()));
    if (text.bytes.length === 0) return 'empty';
    const lines = new Lines(text.text);
    const { line, character } = editor.selection.active;
    const cursor = text.byteAt(lines.offsetOf({ line, column: character }));
    const range = visibleBytes(text, lines, visibleLines(editor), cursor);
    const info = await this.engine.load();
    const reach = info.entropyReach ?? Infinity;
    const { measured, missing } = carryOver(this.knownOf(document), text.bytes, range, info.thresholdNats, reach);
    if (missing) {
      const measurement = await this.engine.measure(requestFor(text.bytes, missing, reach), signal);
      this.evaluatedBytes += measurement.evaluatedBytes;
      fillIn(measured, missing, measurement);
    }
    return { editor, version, text, lines, measured, info };
  }

  /** What was measured of a document last, of whichever version. */
  private knownOf(document: vscode.TextDocument): KnownBytes | undefined {
    const { state } = this;
    if (typeof state === 'string' || 'failure' in state || state.editor.document !== document) return undefined;
    return { text: state.text.bytes, measured: state.measured };
  }

  dispose(): void {
    this.stop();
    this.listeners.dispose();
    this.changed.dispose();
  }
}

/** Measuring our own log would write into it; what is typed in boxes of the workbench is no file. */
const isInspected = ({ document }: vscode.TextEditor) => !['output', 'comment', 'debug'].includes(document.uri.scheme);
