/** The mouse over a chart: it points, picks by a click, drags, and zooms with its wheel. */
import type uPlot from 'uplot';
import type { View } from './chartData';

/** What a chart does for it. */
export interface Pointed {
  readonly view: View;
  look(view: View): void;
  zoom(factor: number, around: number): void;
  /** Gives the attention to a byte, without moving the view. */
  point(index: number): void;
  /** Chooses the byte that has the attention. */
  pick(): void;
}

/** Calls the chart for what is done over a plot. */
export function listen(plot: uPlot, chart: Pointed): void {
  let drag: { readonly x: number; readonly view: View; moved: boolean } | undefined;
  const { over } = plot;
  const indexAt = (event: PointerEvent | WheelEvent) =>
    Math.round(plot.posToVal(event.clientX - over.getBoundingClientRect().left, 'x'));
  over.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    over.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, view: chart.view, moved: false };
  });
  over.addEventListener('pointermove', (event) => {
    if (!drag) {
      chart.point(indexAt(event));
      return;
    }
    const { x, view } = drag;
    if (Math.abs(event.clientX - x) < 4 && !drag.moved) return;
    drag.moved = true;
    const shift = ((x - event.clientX) / over.clientWidth) * (view.end - view.start);
    chart.look({ start: view.start + shift, end: view.end + shift });
  });
  over.addEventListener('pointerup', (event) => {
    const wasClick = drag?.moved === false;
    drag = undefined;
    if (!wasClick) return;
    chart.point(indexAt(event));
    chart.pick();
  });
  over.addEventListener('pointercancel', () => {
    drag = undefined;
  });
  over.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const { start, end } = chart.view;
      const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
      if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        const shift = (sideways / over.clientWidth) * (end - start);
        chart.look({ start: start + shift, end: end + shift });
      } else chart.zoom(1.0015 ** event.deltaY, indexAt(event) + 0.5);
    },
    { passive: false },
  );
}
