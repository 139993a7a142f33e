/** The editor that the inspector looks at: the one that had the focus last, and what of it is on screen. */
import * as vscode from 'vscode';
import { byteOffset } from '../core/bytes';
import type { EngineInfo } from '../core/engine';
import type { Nothing, Place, ShownText } from '../core/inspectorMessages';
import { largestDocument } from '../core/measuredRange';
import { measuredPart } from '../core/measuredBytes';
import type { Measured, Measurements } from './measurements';

export class InspectedEditor implements vscode.Disposable {
  private latest: vscode.TextEditor | undefined;
  private readonly changed = new vscode.EventEmitter<'text' | 'place'>();
  /** There is something new to show, or the cursor has moved. */
  readonly onChange = this.changed.event;
  private readonly listeners: vscode.Disposable;

  constructor(private readonly measurements: Measurements) {
    this.choose(vscode.window.activeTextEditor);
    this.listeners = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        this.choose(editor);
        this.changed.fire('text');
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.changed.fire('text');
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.editor) this.changed.fire('place');
      }),
      measurements.onChange((editor) => {
        if (editor === this.editor) this.changed.fire('text');
      }),
    );
  }

  /** Undefined when no editor is on screen. The web view takes the focus, so the active editor would not do. */
  get editor(): vscode.TextEditor | undefined {
    const visible = vscode.window.visibleTextEditors.filter(isInspected);
    return this.latest && visible.includes(this.latest) ? this.latest : visible[0];
  }

  private choose(editor: vscode.TextEditor | undefined): void {
    if (editor && isInspected(editor)) this.latest = editor;
  }

  /** What was measured of the text as it stands now. */
  get measured(): Measured | undefined {
    const { editor } = this;
    const measured = editor && this.measurements.of(editor);
    return measured?.version === editor?.document.version ? measured : undefined;
  }

  /** The visible lines; undefined while they are measured anew, so that what is shown may stay a moment longer. */
  shown(info: EngineInfo | undefined): ShownText | Nothing | undefined {
    const { editor, measured } = this;
    if (!editor || !info) return noEditor();
    if (measured) return shownText(editor, measured, info);
    const { document } = editor;
    // Only the short way to the size, since this is asked again and again.
    if (document.lineCount === 1 && document.lineAt(0).text === '') return empty();
    if (document.lineCount > largestDocument || document.getText().length > largestDocument) return tooLarge();
    return this.measurements.of(editor) ? undefined : measuring();
  }

  get place(): Place | undefined {
    const { editor, measured } = this;
    if (!editor || !measured) return undefined;
    const at = ({ line, character }: vscode.Position) =>
      measured.text.byteAt(measured.lines.offsetOf({ line, column: character }));
    const { active, start, end } = editor.selection;
    return { cursor: at(active), start: at(start), end: at(end) };
  }

  dispose(): void {
    this.listeners.dispose();
    this.changed.dispose();
  }
}

/** Measuring our own log would write into it; what is typed in boxes of the workbench is no file. */
const isInspected = ({ document }: vscode.TextEditor) => !['output', 'comment', 'debug'].includes(document.uri.scheme);

function shownText({ document }: vscode.TextEditor, { text, lines, measurement, visible }: Measured, info: EngineInfo) {
  const range = { start: text.byteAt(visible.start), end: text.byteAt(visible.end) };
  const measured = measuredPart(text.bytes, measurement, range);
  const first = lines.placeOf(text.utf16At(measured.start)).line;
  const last = lines.placeOf(text.utf16At(byteOffset(measured.start + measured.bytes.length))).line;
  const lineStarts: number[] = [];
  for (let line = first; line <= last; line++) {
    const start = text.byteAt(lines.startOf(line)) - measured.start;
    if (start < measured.bytes.length) lineStarts.push(Math.max(0, start));
  }
  const { modelName, thresholdNats, contextBytes, size, patchBytes, headerIds } = info;
  return {
    kind: 'text',
    file: vscode.workspace.asRelativePath(document.uri),
    version: document.version,
    firstLine: first + 1,
    lineStarts,
    measured,
    before: text.bytes.slice(Math.max(0, measured.start - 2), measured.start),
    model: { modelName, thresholdNats, contextBytes, size, patchBytes, headerIds },
  } satisfies ShownText;
}

const noEditor = (): Nothing => ({
  kind: 'nothing',
  message: vscode.l10n.t('Open a file, and the inspector shows how the model reads its visible lines.'),
  help: { title: vscode.l10n.t('Open a File'), command: 'workbench.action.quickOpen' },
  waiting: false,
});

const empty = (): Nothing => ({
  kind: 'nothing',
  message: vscode.l10n.t('The file is empty. Type something, and see how the model reads it.'),
  waiting: false,
});

const tooLarge = (): Nothing => ({
  kind: 'nothing',
  message: vscode.l10n.t(
    'The file is larger than {0} MB and is not measured. Copy a part of it into a new file to inspect that.',
    largestDocument / 1e6,
  ),
  help: { title: vscode.l10n.t('New File'), command: 'workbench.action.files.newUntitledFile' },
  waiting: false,
});

const measuring = (): Nothing => ({
  kind: 'nothing',
  message: vscode.l10n.t('Measuring …'),
  waiting: true,
});
