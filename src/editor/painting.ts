/** Keeps what is measured painted in every editor while a toggle is on: a few decoration types, all of them set every time. */
import * as vscode from 'vscode';
import type { Measured, Measurements } from './measurements';
import type { Toggle } from './toggle';

export class Painting implements vscode.Disposable {
  private readonly painted = new WeakMap<vscode.TextEditor, vscode.Range[][]>();
  private readonly listeners: vscode.Disposable;

  /** `types` are made once; `rangesByType` gives the ranges of each of them, in the same order. */
  constructor(
    private readonly measurements: Measurements,
    private readonly toggle: Toggle,
    private readonly types: readonly vscode.TextEditorDecorationType[],
    private readonly rangesByType: (measured: Measured) => vscode.Range[][],
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

  /** What is painted in an editor, by decoration type. */
  rangesOf(editor: vscode.TextEditor): readonly (readonly vscode.Range[])[] {
    return this.painted.get(editor) ?? this.types.map(() => []);
  }

  private paint(editor: vscode.TextEditor): void {
    const measured = this.toggle.isOn ? this.measurements.of(editor) : undefined;
    const ranges = measured ? this.rangesByType(measured) : this.types.map(() => []);
    for (const [index, type] of this.types.entries()) editor.setDecorations(type, ranges[index] ?? []);
    this.painted.set(editor, ranges);
  }

  dispose(): void {
    this.listeners.dispose();
    for (const type of this.types) type.dispose();
  }
}
