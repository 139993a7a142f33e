/** Marks on the overview ruler where the most unusual places of the document are, while the heat map is on. */
import * as vscode from 'vscode';
import { mostUnusual } from '../core/unusualPlaces';
import type { Measurements } from './measurements';
import type { Toggle } from './toggle';

/** More decorations in an editor make VS Code slow, and the heat map and the patch marks have theirs (`mostDecorations`). */
const mostMarks = 60;
/** Numbers in the background come several times per second. */
const shortestMs = 500;

export class UnusualMarks implements vscode.Disposable {
  private readonly type = vscode.window.createTextEditorDecorationType({
    overviewRulerColor: new vscode.ThemeColor('bytewise.unusualPlace'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly listeners: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;
  private readonly marked = new WeakMap<vscode.TextEditor, readonly vscode.Range[]>();

  constructor(
    private readonly measurements: Measurements,
    private readonly toggle: Toggle,
  ) {
    const soon = () => {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        for (const editor of vscode.window.visibleTextEditors) this.mark(editor);
      }, shortestMs);
    };
    this.listeners = vscode.Disposable.from(
      measurements.onChange(soon),
      measurements.onGrow(soon),
      toggle.onChange(soon),
    );
  }

  /** What is marked in an editor. */
  rangesOf(editor: vscode.TextEditor): readonly vscode.Range[] {
    return this.marked.get(editor) ?? [];
  }

  private mark(editor: vscode.TextEditor): void {
    const tracked = this.toggle.isOn ? this.measurements.documentOf(editor.document) : undefined;
    const places = tracked ? mostUnusual(tracked.lines).slice(0, mostMarks) : [];
    const ranges = places.map(({ line, start, end }) => new vscode.Range(line, start, line, end));
    if (ranges.length === 0 && this.rangesOf(editor).length === 0) return;
    editor.setDecorations(this.type, ranges);
    this.marked.set(editor, ranges);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.dispose();
    this.type.dispose();
  }
}
