/** Draws a thin line where a patch starts. It is a border inside of the character's box, so no text moves. */
import * as vscode from 'vscode';
import { patchMarks, visibleFirst } from '../core/heatMap';
import type { Measured, Measurements } from './measurements';
import { Painting } from './painting';
import { toRange } from './range';
import type { Toggle } from './toggle';

/** More decorations in an editor make VS Code slow, and the heat map has its own. */
const mostMarks = 300;

const edges = ['left', 'right'] as const;
const widths = { left: '0 0 0 1px', right: '0 1px 0 0' };

export const patchMarksPainting = (measurements: Measurements, toggle: Toggle): Painting =>
  new Painting(
    measurements,
    toggle,
    edges.map((edge) => markType(widths[edge])),
    rangesByEdge,
  );

function rangesByEdge({ text, measurement, visible, ...place }: Measured): vscode.Range[][] {
  const marks = visibleFirst(patchMarks(text, measurement), visible, mostMarks).slice(0, mostMarks);
  return edges.map((edge) => marks.filter((mark) => mark.edge === edge).map((mark) => toRange(place, mark)));
}

function markType(borderWidth: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    borderWidth,
    borderStyle: 'solid',
    borderColor: new vscode.ThemeColor('bytewise.patchMark'),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
