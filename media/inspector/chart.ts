/** A curve over bytes: threshold, patch starts and characters, with zoom and pan. Draws with uPlot. */
import uPlot from 'uplot';
import { paintMarked, paintMarks } from './chartPainting';
import { setAttributes } from './dom';
import { onThemeChange, theme, type Theme } from './theme';

/** Everything counts bytes from the first one that is drawn. */
export interface ChartData {
  /** Bits by byte; null leaves a gap. The first is the main one, the others are dashed. */
  readonly curves: readonly (readonly (number | null)[])[];
  readonly starts: Uint8Array;
  /** Bits; null draws no line. */
  readonly threshold: number | null;
  /** One or two rows of characters under the axis. */
  readonly characters: readonly (readonly string[])[];
  /** Where lines start, and their numbers. */
  readonly lines: readonly { readonly at: number; readonly label: string }[];
  /** Bytes that are marked: a selection, or an edit. */
  readonly marked?: { readonly start: number; readonly end: number } | undefined;
}

export interface ChartHandlers {
  /** A byte got the attention, by mouse or key. */
  readonly onFocus: (index: number) => void;
  /** A byte was chosen, by click or Enter. */
  readonly onPick?: (index: number) => void;
  /** Another part is in view. */
  readonly onView?: (view: View) => void;
}

/** From the first byte in view up to but without `end`; may be fractions while it is dragged. */
export interface View {
  readonly start: number;
  readonly end: number;
}

const height = 220;
const fewestBytes = 12;
/** Pixels that a byte needs for its character to be shown, and that it gets at first. */
const roomForCharacters = 7.5;
const roomAtFirst = 10;
const characterRow = 18;
// The enumeration of the library exists for the compiler alone.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const below: uPlot.Axis.Side = 2;

export class Chart {
  readonly element: HTMLElement;
  #data: ChartData = { curves: [[]], starts: new Uint8Array(), threshold: null, characters: [[]], lines: [] };
  #view: View = { start: 0, end: 1 };
  #focus = 0;
  #plot: uPlot | undefined;
  #drag: { readonly x: number; readonly view: View; moved: boolean } | undefined;
  #inWords: (index: number) => string = String;

  constructor(
    label: string,
    private readonly handlers: ChartHandlers,
  ) {
    this.element = document.createElement('div');
    setAttributes(this.element, {
      class: 'chart',
      tabindex: 0,
      // Going along the bytes by key is what a slider does, and so it is heard.
      role: 'slider',
      'aria-label': label,
      'aria-valuemin': 0,
    });
    this.element.addEventListener('keydown', (event) => {
      this.#key(event);
    });
    new ResizeObserver(() => {
      this.#resize();
    }).observe(this.element);
    onThemeChange(() => {
      this.#rebuild();
    });
  }

  get view(): View {
    return this.#view;
  }

  /** Shows as many bytes from `start` on as have room for their characters. */
  lookFrom(start: number): void {
    const width = this.element.clientWidth || 600;
    this.look({ start, end: start + Math.floor(width / roomAtFirst) });
  }

  get focus(): number {
    return this.#focus;
  }

  /** `inWords` tells a byte to a screen reader. Keeps the view as far as there are bytes. */
  show(data: ChartData, inWords: (index: number) => string): void {
    const isNew =
      data.curves.length !== this.#data.curves.length || data.characters.length !== this.#data.characters.length;
    this.#data = data;
    this.#inWords = inWords;
    setAttributes(this.element, { 'aria-valuemax': Math.max(0, this.#length - 1) });
    this.#setFocus(Math.min(this.#focus, Math.max(0, this.#length - 1)));
    this.#view = this.#clamped(this.#view);
    if (isNew || !this.#plot) this.#rebuild();
    else {
      this.#plot.setData(this.#aligned(), false);
      this.#scale();
    }
  }

  /** Shows a part; without an animation, which would only be in the way. */
  look(view: View): void {
    this.#view = this.#clamped(view);
    this.#scale();
    this.handlers.onView?.(this.#view);
  }

  /** Moves the attention to a byte, and the view if the byte is outside of it or near its edge. */
  moveTo(index: number): void {
    this.#setFocus(index);
    const { start, end } = this.#view;
    const margin = (end - start) / 10;
    if (index >= start + margin && index < end - margin) this.#plot?.redraw(false);
    else this.look({ start: index - (end - start) / 2, end: index + (end - start) / 2 });
  }

  get #length(): number {
    return this.#data.curves[0]?.length ?? 0;
  }

  #setFocus(index: number): void {
    this.#focus = Math.max(0, Math.min(this.#length - 1, index));
    setAttributes(this.element, {
      'aria-valuenow': this.#focus,
      'aria-valuetext': this.#length > 0 ? this.#inWords(this.#focus) : '',
    });
  }

  #focusOn(index: number): void {
    this.moveTo(index);
    this.handlers.onFocus(this.#focus);
  }

  #clamped({ start, end }: View): View {
    const all = Math.max(1, this.#length);
    const span = Math.min(all, Math.max(Math.min(fewestBytes, all), end - start));
    const first = Math.max(0, Math.min(all - span, start));
    return { start: first, end: first + span };
  }

  zoom(factor: number, around = this.#focus + 0.5): void {
    const { start, end } = this.#view;
    const span = Math.max(Math.min(fewestBytes, this.#length), (end - start) * factor);
    const share = (around - start) / (end - start);
    this.look({ start: around - share * span, end: around + (1 - share) * span });
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey) return;
    const { starts } = this.#data;
    const last = this.#length - 1;
    const patch = (step: number) => {
      let at = this.#focus + step;
      while (at > 0 && at < last && !starts[at]) at += step;
      return at;
    };
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => {
        this.#focusOn(event.ctrlKey ? patch(-1) : this.#focus - 1);
      },
      ArrowRight: () => {
        this.#focusOn(event.ctrlKey ? patch(1) : this.#focus + 1);
      },
      ArrowDown: () => {
        this.#focusOn(this.#focus - 1);
      },
      ArrowUp: () => {
        this.#focusOn(this.#focus + 1);
      },
      PageUp: () => {
        this.#focusOn(this.#focus - Math.round(this.#view.end - this.#view.start));
      },
      PageDown: () => {
        this.#focusOn(this.#focus + Math.round(this.#view.end - this.#view.start));
      },
      Home: () => {
        this.#focusOn(0);
      },
      End: () => {
        this.#focusOn(last);
      },
      Enter: () => this.handlers.onPick?.(this.#focus),
      '+': () => {
        this.zoom(1 / 1.5);
      },
      '=': () => {
        this.zoom(1 / 1.5);
      },
      '-': () => {
        this.zoom(1.5);
      },
      '0': () => {
        this.look({ start: 0, end: this.#length });
      },
    };
    const act = actions[event.key];
    if (!act || this.#length === 0) return;
    event.preventDefault();
    act();
  }

  #resize(): void {
    const width = this.element.clientWidth;
    if (!this.#plot) this.#rebuild();
    else if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height });
  }

  #scale(): void {
    this.#plot?.setScale('x', { min: this.#view.start - 0.5, max: this.#view.end - 0.5 });
  }

  #aligned(): uPlot.AlignedData {
    return [
      Array.from({ length: this.#length }, (_, i) => i),
      ...this.#data.curves.map((curve) => [...curve]).reverse(),
    ];
  }

  #rebuild(): void {
    const width = this.element.clientWidth;
    if (width === 0) return;
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#options(width, theme()), this.#aligned(), this.element);
    // The picture says nothing that the slider does not say.
    setAttributes(this.#plot.root, { 'aria-hidden': true });
    this.#listen(this.#plot);
    this.#scale();
  }

  #options(width: number, colours: Theme): uPlot.Options {
    const axis = { stroke: colours.muted, grid: { show: false }, ticks: { show: false }, font: `11px ${colours.font}` };
    const pixelsPerByte = (plot: uPlot) => plot.bbox.width / devicePixelRatio / (this.#view.end - this.#view.start);
    const inView = () => {
      const { start, end } = this.#view;
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
      values: (_, splits) => splits.map((index) => this.#data.characters[row]?.[index] ?? ''),
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
          this.#data.lines.filter(({ at }) => at >= this.#view.start && at < this.#view.end),
          34 / pixelsPerByte(plot),
        ),
      values: (_, splits) => splits.map((at) => this.#data.lines.find((line) => line.at === at)?.label ?? ''),
    };
    return {
      width,
      height,
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, auto: false },
        y: { range: (_, __, highest) => [0, Math.max(1, highest, this.#data.threshold ?? 0) * 1.05] },
      },
      axes: [
        characterAxis(0),
        { ...axis, scale: 'y', size: 34, gap: 4, grid: { show: true, stroke: colours.band, width: 1 } },
        ...this.#data.characters.slice(1).map((_, row) => characterAxis(row + 1)),
        ...(this.#data.lines.length > 0 ? [lineAxis] : []),
      ],
      series: [
        {},
        // The main curve is drawn last, in front of the others.
        ...this.#data.curves.map((_, index): uPlot.Series => series(index === 0)).reverse(),
      ],
      hooks: {
        drawClear: [
          (plot) => {
            paintMarked(plot, this.#data, colours);
          },
        ],
        draw: [
          (plot) => {
            paintMarks(plot, this.#data, this.#view, this.#focus, colours);
          },
        ],
      },
    };
  }

  #listen(plot: uPlot): void {
    const { over } = plot;
    const indexAt = (event: PointerEvent | WheelEvent) =>
      Math.round(plot.posToVal(event.clientX - over.getBoundingClientRect().left, 'x'));
    over.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      over.setPointerCapture(event.pointerId);
      this.#drag = { x: event.clientX, view: this.#view, moved: false };
    });
    over.addEventListener('pointermove', (event) => {
      if (!this.#drag) {
        this.#setFocus(indexAt(event));
        plot.redraw(false);
        this.handlers.onFocus(this.#focus);
        return;
      }
      const { x, view } = this.#drag;
      if (Math.abs(event.clientX - x) < 4 && !this.#drag.moved) return;
      this.#drag.moved = true;
      const shift = ((x - event.clientX) / over.clientWidth) * (view.end - view.start);
      this.look({ start: view.start + shift, end: view.end + shift });
    });
    over.addEventListener('pointerup', (event) => {
      const wasClick = this.#drag?.moved === false;
      this.#drag = undefined;
      if (!wasClick || this.#length === 0) return;
      this.#setFocus(indexAt(event));
      plot.redraw(false);
      this.handlers.onFocus(this.#focus);
      this.handlers.onPick?.(this.#focus);
    });
    over.addEventListener('pointercancel', () => {
      this.#drag = undefined;
    });
    over.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        const { start, end } = this.#view;
        const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
        if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
          const shift = (sideways / over.clientWidth) * (end - start);
          this.look({ start: start + shift, end: end + shift });
        } else this.zoom(1.0015 ** event.deltaY, indexAt(event) + 0.5);
      },
      { passive: false },
    );
  }
}

/** Those that are not too near to the one before. */
function spaced(lines: ChartData['lines'], distance: number): number[] {
  const out: number[] = [];
  for (const { at } of lines) if (at - (out.at(-1) ?? -Infinity) >= distance) out.push(at);
  return out;
}
