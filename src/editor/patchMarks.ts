/** Draws a thin line where a patch starts. It is a border inside of the character's box, so no text moves. */
import * as vscode from 'vscode';
import { paintPlan } from '../core/paintPlan';
import type { Measurements } from './measurements';
import { Painting } from './painting';
import { toRange } from './range';
import type { ShownQuantity } from './shownQuantity';
import type { Toggle } from './toggle';

export const markColour = 'bytewise.patchMark';

const edges = ['left', 'right'] as const;
const widths = { left: '0 0 0 1px', right: '0 1px 0 0' };

/** The marks that no band of the heat map carries. */
export const patchMarksPainting = (
  measurements: Measurements,
  toggle: Toggle,
  heatMapToggle: Toggle,
  shown: ShownQuantity,
): Painting =>
  new Painting(
    measurements,
    toggle,
    edges.map((edge) => markType(widths[edge])),
    (measured) => {
      const quantity = heatMapToggle.isOn ? shown.value : undefined;
      const { marks } = paintPlan(measured, { quantity, marks: true });
      return edges.map((edge) => marks.filter((mark) => mark.edge === edge).map((mark) => toRange(measured, mark)));
    },
    [heatMapToggle.onChange, shown.onChange],
  );

function markType(borderWidth: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    borderWidth,
    borderStyle: 'solid',
    borderColor: new vscode.ThemeColor(markColour),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
