/** Draws a thin line where a patch starts. It is a border inside of the character's box, so no text moves. */
import * as vscode from 'vscode';
import { patchMarks, visibleFirst } from '../core/heatMap';
import type { Measured, Measurements } from './measurements';
import { toRange } from './range';
import type { Toggle } from './toggle';

/** More decorations in an editor make VS Code slow, and the heat map has its own. */
const mostMarks = 500;

const edges = ['left', 'right'] as const;
const widths = { left: '0 0 0 1px', right: '0 1px 0 0' };

export class PatchMarks implements vscode.Disposable {
  private readonly types = edges.map((edge) => markType(widths[edge]));
  private readonly painted = new WeakMap<vscode.TextEditor, vscode.Range[][]>();
  private readonly listeners: vscode.Disposable;

  constructor(
    private readonly measurements: Measurements,
    private readonly toggle: Toggle,
  ) {
    this.listeners = vscode.Disposable.from(
      measurements.onChange((editor) => {
        this.paint(editor);
      }),
      toggle.onChange(() => {
        for (const editor of vscode.window.visibleTextEditors) this.paint(editor);
      }),
    );
  }

  /** The marked characters of an editor: those marked at their left edge, and those at their right edge. */
  rangesOf(editor: vscode.TextEditor): readonly (readonly vscode.Range[])[] {
    return this.painted.get(editor) ?? edges.map(() => []);
  }

  private paint(editor: vscode.TextEditor): void {
    const measured = this.toggle.isOn ? this.measurements.of(editor) : undefined;
    const ranges = measured ? rangesByEdge(measured) : edges.map(() => []);
    for (const [index, type] of this.types.entries()) editor.setDecorations(type, ranges[index] ?? []);
    this.painted.set(editor, ranges);
  }

  dispose(): void {
    this.listeners.dispose();
    for (const type of this.types) type.dispose();
  }
}

function rangesByEdge({ text, lines, measurement, visible }: Measured): vscode.Range[][] {
  const marks = visibleFirst(patchMarks(text, measurement), visible, mostMarks).slice(0, mostMarks);
  return edges.map((edge) => marks.filter((mark) => mark.edge === edge).map((mark) => toRange(lines, mark)));
}

function markType(borderWidth: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    borderWidth,
    borderStyle: 'solid',
    borderColor: new vscode.ThemeColor('bytewise.patchMark'),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
