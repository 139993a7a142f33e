/** Colours each character by the band of its number: two decoration types for each band of each scale, with a mark and without. */
import * as vscode from 'vscode';
import { bandCount } from '../core/heatMap';
import { bandColour, scales } from '../core/heatMapScale';
import { paintPlan } from '../core/paintPlan';
import type { Config } from './config';
import type { Measurements } from './measurements';
import { Painting } from './painting';
import { markColour } from './patchMarks';
import { toRange } from './range';
import type { ShownQuantity } from './shownQuantity';
import type { Toggle } from './toggle';

/** From the second band on a line under the text, heavier with each band, so that colour is never alone. */
const lines = ['none', 'dotted 1px', 'dashed 1px', 'solid 1px', 'solid 2px', 'double 3px'];

export const heatMapPainting = (
  measurements: Measurements,
  toggle: Toggle,
  marksToggle: Toggle,
  shown: ShownQuantity,
  config: Config,
): Painting =>
  new Painting(
    measurements,
    toggle,
    [false, true].flatMap((marked) =>
      scales.flatMap((scale) =>
        Array.from({ length: bandCount }, (_, band) => bandType(bandColour(scale, band), band, marked)),
      ),
    ),
    (measured) => {
      const { bands, markedBands } = paintPlan(measured, { quantity: shown.value, marks: marksToggle.isOn });
      return [bands, markedBands].flatMap((kind) => {
        const ranges = kind.map((band) => band.map((run) => toRange(measured, run)));
        return scales.flatMap((scale) => (scale === config.settings.scale ? ranges : ranges.map(() => [])));
      });
    },
    [marksToggle.onChange, shown.onChange, config.onChange],
  );

/** `marked`: with the line of a patch start on the left. */
function bandType(name: string, band: number, marked: boolean): vscode.TextEditorDecorationType {
  const [style = 'none', width = '0'] = lines[band]?.split(' ') ?? [];
  const lineColour = `${name}Line`;
  return vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor(name),
    borderStyle: marked ? `none none ${style} solid` : style,
    borderWidth: `0 0 ${width} ${marked ? '1px' : '0'}`,
    borderColor: marked ? `${cssVariable(lineColour)} ${cssVariable(markColour)}` : new vscode.ThemeColor(lineColour),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

/** A decoration takes one theme colour for all of its borders; two of them need their names as the workbench's style sheet has them. */
const cssVariable = (colour: string) => `var(--vscode-${colour.replaceAll('.', '-')})`;
