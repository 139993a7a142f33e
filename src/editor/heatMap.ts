/** Paints the heat map: one decoration type for each band, made once, and every band set every time. */
import * as vscode from 'vscode';
import { bandCount, heatRuns, runsByBand, visibleFirst } from '../core/heatMap';
import type { Measured, Measurements } from './measurements';
import { toRange } from './range';
import type { Toggle } from './toggle';

/** More decorations in an editor make VS Code slow. Source code has about 17 runs in a line. */
const mostRuns = 1_000;

/** From the second band on a line under the text, heavier with each band, so that colour is never alone. */
const lines = ['none', 'dotted 1px', 'dashed 1px', 'solid 1px', 'solid 2px', 'double 3px'];

export class HeatMap implements vscode.Disposable {
  private readonly types = Array.from({ length: bandCount }, (_, band) => bandType(band));
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

  /** What is painted in an editor, by band. */
  rangesOf(editor: vscode.TextEditor): readonly (readonly vscode.Range[])[] {
    return this.painted.get(editor) ?? this.types.map(() => []);
  }

  private paint(editor: vscode.TextEditor): void {
    const measured = this.toggle.isOn ? this.measurements.of(editor) : undefined;
    const bands = measured ? rangesByBand(measured) : this.types.map(() => []);
    for (const [band, type] of this.types.entries()) editor.setDecorations(type, bands[band] ?? []);
    this.painted.set(editor, bands);
  }

  dispose(): void {
    this.listeners.dispose();
    for (const type of this.types) type.dispose();
  }
}

function rangesByBand({ text, lines, measurement, visible }: Measured): vscode.Range[][] {
  const runs = visibleFirst(heatRuns(text, measurement), visible, mostRuns);
  return runsByBand(runs, mostRuns).map((band) => band.map((run) => toRange(lines, run)));
}

function bandType(band: number): vscode.TextEditorDecorationType {
  const name = `bytewise.heatMap.band${band + 1}`;
  const [style = 'none', width = '0'] = lines[band]?.split(' ') ?? [];
  return vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor(name),
    borderStyle: style,
    borderWidth: `0 0 ${width} 0`,
    borderColor: new vscode.ThemeColor(`${name}Line`),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
