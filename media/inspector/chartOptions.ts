/** How uPlot is to draw a chart: its axes, curves and marks. */
import type uPlot from 'uplot';
import type { ChartData, View } from './chartData';
import { paintMarked, paintMarks } from './chartPainting';
import type { Theme } from './theme';

export const height = 220;
/** Pixels that a byte needs for its character to be shown. */
const roomForCharacters = 7.5;
const characterRow = 18;
// The enumeration of the library exists for the compiler alone.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const below: uPlot.Axis.Side = 2;

/** What is drawn. */
export interface Drawn {
  readonly data: ChartData;
  readonly view: View;
  /** The byte that has the attention. */
  readonly focus: number;
}

/** `chart` is asked again at each drawing. */
export function chartOptions(chart: Drawn, width: number, colours: Theme): uPlot.Options {
  const axis = { stroke: colours.muted, grid: { show: false }, ticks: { show: false }, font: `11px ${colours.font}` };
  const pixelsPerByte = (plot: uPlot) => plot.bbox.width / devicePixelRatio / (chart.view.end - chart.view.start);
  const inView = () => {
    const { start, end } = chart.view;
    return Array.from({ length: Math.ceil(end) - Math.floor(start) }, (_, i) => Math.floor(start) + i);
  };
  const characterAxis = (row: number): uPlot.Axis => ({
    ...axis,
    scale: 'x',
    side: below,
    stroke: colours.text,
    font: `13px ${colours.codeFont}`,
    size: characterRow,
    gap: row === 0 ? 2 : 0,
    splits: (plot) => (pixelsPerByte(plot) < roomForCharacters ? [] : inView()),
    values: (_, splits) => splits.map((index) => chart.data.characters[row]?.[index] ?? ''),
  });
  const series = (isMain: boolean): uPlot.Series => ({
    stroke: isMain ? colours.curve : colours.second,
    width: 1.5,
    ...(!isMain && { dash: [5, 3] }),
    points: { show: (plot) => isMain && pixelsPerByte(plot) >= 5, size: 5, fill: colours.curve },
  });
  const lineAxis: uPlot.Axis = {
    ...axis,
    scale: 'x',
    side: below,
    size: 18,
    gap: 2,
    splits: (plot) =>
      spaced(
        chart.data.lines.filter(({ at }) => at >= chart.view.start && at < chart.view.end),
        34 / pixelsPerByte(plot),
      ),
    values: (_, splits) => splits.map((at) => chart.data.lines.find((line) => line.at === at)?.label ?? ''),
  };
  return {
    width,
    height,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, auto: false },
      y: { range: (_, __, highest) => [0, Math.max(1, highest, chart.data.threshold ?? 0) * 1.05] },
    },
    axes: [
      characterAxis(0),
      { ...axis, scale: 'y', size: 34, gap: 4, grid: { show: true, stroke: colours.band, width: 1 } },
      ...chart.data.characters.slice(1).map((_, row) => characterAxis(row + 1)),
      ...(chart.data.lines.length > 0 ? [lineAxis] : []),
    ],
    series: [
      {},
      // The main curve is drawn last, in front of the others.
      ...chart.data.curves.map((_, index): uPlot.Series => series(index === 0)).reverse(),
    ],
    hooks: {
      drawClear: [
        (plot) => {
          paintMarked(plot, chart.data, colours);
        },
      ],
      draw: [
        (plot) => {
          paintMarks(plot, chart.data, chart.view, chart.focus, colours);
        },
      ],
    },
  };
}

/** Those that are not too near to the one before. */
function spaced(lines: ChartData['lines'], distance: number): number[] {
  const out: number[] = [];
  for (const { at } of lines) if (at - (out.at(-1) ?? -Infinity) >= distance) out.push(at);
  return out;
}
