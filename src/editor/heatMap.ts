/** Colours each character by the band of its entropy: one decoration type for each band. */
import * as vscode from 'vscode';
import { bandCount, heatRuns, runsByBand, visibleFirst } from '../core/heatMap';
import type { Measured, Measurements } from './measurements';
import { Painting } from './painting';
import { toRange } from './range';
import type { Toggle } from './toggle';

/** More decorations in an editor make VS Code slow. Source code has about 17 runs in a line. */
const mostRuns = 1_000;

/** From the second band on a line under the text, heavier with each band, so that colour is never alone. */
const lines = ['none', 'dotted 1px', 'dashed 1px', 'solid 1px', 'solid 2px', 'double 3px'];

export const heatMapPainting = (measurements: Measurements, toggle: Toggle): Painting =>
  new Painting(
    measurements,
    toggle,
    Array.from({ length: bandCount }, (_, band) => bandType(band)),
    rangesByBand,
  );

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
