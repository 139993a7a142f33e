/** Colours each character by the band of its number: one decoration type for each band of each scale. */
import * as vscode from 'vscode';
import { bandCount, heatRuns, runsByBand, visibleFirst } from '../core/heatMap';
import { bandColour, scales } from '../core/heatMapScale';
import type { Config } from './config';
import type { Measured, Measurements } from './measurements';
import { Painting } from './painting';
import { toRange } from './range';
import type { ShownQuantity } from './shownQuantity';
import type { Toggle } from './toggle';

/**
 * More than 1,000 decorations in an editor make VS Code slow, so all that we paint together are no more: these, and up to
 * 60 unusual places and 300 patch marks. A screen of dense code has more runs, so what the marks do not need goes here.
 */
const mostRuns = { withMarks: 640, alone: 940 };

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
    scales.flatMap((scale) => Array.from({ length: bandCount }, (_, band) => bandType(bandColour(scale, band), band))),
    (measured) => {
      const bands = rangesByBand(measured, shown, marksToggle.isOn ? mostRuns.withMarks : mostRuns.alone);
      return scales.flatMap((scale) => (scale === config.settings.scale ? bands : bands.map(() => [])));
    },
    [marksToggle.onChange, shown.onChange, config.onChange],
  );

function rangesByBand(
  { text, measurement, visible, ...place }: Measured,
  shown: ShownQuantity,
  limit: number,
): vscode.Range[][] {
  const runs = visibleFirst(heatRuns(text, measurement, shown.value), visible, limit);
  return runsByBand(runs, limit).map((band) => band.map((run) => toRange(place, run)));
}

function bandType(name: string, band: number): vscode.TextEditorDecorationType {
  const [style = 'none', width = '0'] = lines[band]?.split(' ') ?? [];
  return vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor(name),
    borderStyle: style,
    borderWidth: `0 0 ${width} 0`,
    borderColor: new vscode.ThemeColor(`${name}Line`),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
