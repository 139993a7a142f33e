/** Plots as PNG, drawn by Vega-Lite without a browser. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Estimate } from './statistics';

export interface Plot {
  readonly name: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  readonly spec: TopLevelSpec;
}

/** Safe for colour-blind people (Okabe and Ito), and dark enough on white. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#7f7f7f'];
const font = 'DejaVu Sans';
const pixelsPerPoint = 2;

/** Writes each plot to `directory`; gives the file names. */
export async function drawPlots(plots: readonly Plot[], directory: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const { name, spec } of plots) {
    const config = {
      background: 'white',
      font,
      range: { category: colours },
      axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', labelLimit: 320, gridColor: '#e5e5e5' },
      // Without a canvas Vega takes letters for wider than they are.
      legend: { labelFontSize: 12, titleFontSize: 12, labelLimit: 640, symbolStrokeWidth: 3 },
      title: { fontSize: 14, anchor: 'start', fontWeight: 'normal', offset: 12 },
    } as const;
    const compiled = compile({ ...spec, padding: 16, config: { ...config, ...spec.config } }).spec;
    const svg = await new View(parse(compiled), { renderer: 'none' }).toSVG();
    const image = new Resvg(svg, { fitTo: { mode: 'zoom', value: pixelsPerPoint }, font: { defaultFontFamily: font } });
    const file = `results-${name}.png`;
    writeFileSync(path.join(directory, file), image.render().asPng());
    names.set(name, file);
  }
  return names;
}

export interface Bar {
  readonly row: string;
  readonly series: string;
  readonly estimate: Estimate;
}

/** Dots with intervals: one row per group, one colour per series. */
export function intervalPlot(title: string, axis: string, bars: readonly Bar[]): TopLevelSpec {
  const order = [...new Set(bars.map(({ series }) => series))];
  const y = { field: 'row', type: 'nominal', sort: null, title: null } as const;
  const yOffset = { field: 'series', sort: order } as const;
  const color = { field: 'series', type: 'nominal', sort: order, title: null } as const;
  return {
    title,
    width: 460,
    height: { step: 10 + 9 * order.length, for: 'position' },
    data: {
      values: bars.map(({ row, series, estimate: { value, low, high } }) => ({ row, series, value, low, high })),
    },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { y, yOffset, color, x: { field: 'low', type: 'quantitative', title: axis }, x2: { field: 'high' } },
      },
      {
        mark: { type: 'point', filled: true, size: 55, opacity: 1 },
        encoding: { y, yOffset, color, x: { field: 'value', type: 'quantitative', title: axis } },
      },
    ],
  };
}

export interface CurvePoint {
  readonly series: string;
  readonly x: number;
  readonly y: number;
}

/** Curves, with a line at a value of x or the diagonal to compare with. */
export function curvePlot(
  title: string,
  axes: { readonly x: string; readonly y: string },
  points: readonly CurvePoint[],
  reference: { readonly x: number } | 'diagonal',
): TopLevelSpec {
  const order = [...new Set(points.map(({ series }) => series))];
  const x = { field: 'x', type: 'quantitative', title: axes.x } as const;
  const y = { field: 'y', type: 'quantitative', title: axes.y } as const;
  const dashed = { strokeDash: [5, 4], color: '#666666' };
  return {
    title,
    width: 460,
    height: 320,
    layer: [
      reference === 'diagonal'
        ? {
            data: { values: [0, 100].map((value) => ({ x: value, y: value })) },
            mark: { type: 'line', ...dashed },
            encoding: { x, y },
          }
        : { data: { values: [reference] }, mark: { type: 'rule', ...dashed }, encoding: { x } },
      {
        data: { values: [...points] },
        mark: { type: 'line', strokeWidth: 2, point: { filled: true, size: 45 } },
        encoding: {
          x,
          y,
          color: { field: 'series', type: 'nominal', sort: order, title: null },
          order: { field: 'i' },
        },
      },
    ],
  };
}
