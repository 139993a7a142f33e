/** What a chart shows besides its curves. All places are pixels of its canvas. */
import type uPlot from 'uplot';
import type { ChartData, View } from './chartData';
import type { Theme } from './theme';

/** The marked bytes, behind the curves. */
export function paintMarked(plot: uPlot, { marked }: ChartData, colours: Theme): void {
  if (!marked || marked.end <= marked.start) return;
  const { left, width, top, height } = plot.bbox;
  const from = Math.max(left, edge(plot, marked.start));
  const to = Math.min(left + width, edge(plot, marked.end));
  if (to <= from) return;
  plot.ctx.save();
  plot.ctx.fillStyle = colours.selection;
  plot.ctx.fillRect(from, top, to - from, height);
  plot.ctx.restore();
}

/** Patch starts, the threshold, and the byte that has the attention. */
export function paintMarks(plot: uPlot, data: ChartData, view: View, focus: number, colours: Theme): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paintStarts(plot, data, view, colours);
  if (data.threshold !== null) paintThreshold(plot, data.threshold, colours);
  ctx.setLineDash([]);
  ctx.strokeStyle = colours.cursor;
  ctx.lineWidth = 2 * devicePixelRatio;
  const from = edge(plot, focus);
  const width = Math.max(4 * devicePixelRatio, edge(plot, focus + 1) - from);
  ctx.strokeRect(from, bbox.top + devicePixelRatio, width, bbox.height - 2 * devicePixelRatio);
  ctx.restore();
}

function paintStarts(plot: uPlot, { starts }: ChartData, view: View, colours: Theme): void {
  const { ctx, bbox } = plot;
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = colours.patch;
  ctx.setLineDash([2 * devicePixelRatio, 2 * devicePixelRatio]);
  ctx.beginPath();
  const last = Math.min(starts.length, Math.ceil(view.end));
  for (let i = Math.max(0, Math.floor(view.start)); i < last; i++) {
    if (!starts[i]) continue;
    const x = Math.round(edge(plot, i)) + 0.5;
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
  }
  ctx.stroke();
}

function paintThreshold(plot: uPlot, threshold: number, colours: Theme): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(threshold, 'y', true));
  ctx.strokeStyle = colours.threshold;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([7 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
}

/** The left edge of a byte's place. */
const edge = (plot: uPlot, index: number): number => plot.valToPos(index - 0.5, 'x', true);
