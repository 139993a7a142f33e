/** Keeps what is measured painted in every editor while a toggle is on: a few decoration types, made once. */
import * as vscode from 'vscode';
import type { Measured, Measurements } from './measurements';
import type { Toggle } from './toggle';

interface Painted {
  readonly version: number;
  readonly ranges: vscode.Range[][];
}

export class Painting implements vscode.Disposable {
  private readonly painted = new WeakMap<vscode.TextEditor, Painted>();
  private readonly listeners: vscode.Disposable;

  /**
   * `types` are made once; `rangesByType` gives the ranges of each of them, in the same order. `onChange` tells of other
   * reasons to paint anew.
   */
  constructor(
    private readonly measurements: Measurements,
    private readonly toggle: Toggle,
    private readonly types: readonly vscode.TextEditorDecorationType[],
    private readonly rangesByType: (measured: Measured) => vscode.Range[][],
    onChange: readonly vscode.Event<unknown>[] = [],
  ) {
    const paintAll = () => {
      for (const editor of vscode.window.visibleTextEditors) this.paint(editor);
    };
    this.listeners = vscode.Disposable.from(
      measurements.onChange((editor) => {
        this.paint(editor);
      }),
      toggle.onChange(paintAll),
      ...onChange.map((event) => event(paintAll)),
    );
  }

  /** What is painted in an editor, by decoration type. */
  rangesOf(editor: vscode.TextEditor): readonly (readonly vscode.Range[])[] {
    return this.painted.get(editor)?.ranges ?? this.types.map(() => []);
  }

  private paint(editor: vscode.TextEditor): void {
    const measured = this.toggle.isOn ? this.measurements.of(editor) : undefined;
    const ranges = measured ? this.rangesByType(measured) : this.types.map(() => []);
    const { version } = editor.document;
    const before = this.painted.get(editor);
    for (const [index, type] of this.types.entries()) {
      const [old, now] = [before?.ranges[index] ?? [], ranges[index] ?? []];
      // VS Code has them already, and each message costs a frame some of its time. An edit has moved what was painted.
      const isSame = (old.length === 0 && now.length === 0) || (before?.version === version && areEqual(old, now));
      if (!isSame) editor.setDecorations(type, now);
    }
    this.painted.set(editor, { version, ranges });
  }

  dispose(): void {
    this.listeners.dispose();
    for (const type of this.types) type.dispose();
  }
}

const areEqual = (old: readonly vscode.Range[], now: readonly vscode.Range[]) =>
  old.length === now.length && old.every((range, index) => now[index]?.isEqual(range));
