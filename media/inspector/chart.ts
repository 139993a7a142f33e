/** A curve over bytes: threshold, patch starts and characters, with zoom and pan. Draws with uPlot. */
import uPlot from 'uplot';
import type { ChartData, View } from './chartData';
import { chartOptions, height } from './chartOptions';
import { listen } from './chartPointer';
import { setAttributes } from './dom';
import { onThemeChange, theme } from './theme';

export interface ChartHandlers {
  /** A byte got the attention, by mouse or key. */
  readonly onFocus: (index: number) => void;
  /** A byte was chosen, by click or Enter. */
  readonly onPick?: (index: number) => void;
  /** Another part is in view. */
  readonly onView?: (view: View) => void;
}

const fewestBytes = 12;
/** Pixels that a byte gets at first: enough for its character. */
const roomAtFirst = 10;

export class Chart {
  readonly element: HTMLElement;
  #data: ChartData = { curves: [[]], starts: new Uint8Array(), threshold: null, characters: [[]], lines: [] };
  #view: View = { start: 0, end: 1 };
  #focus = 0;
  #plot: uPlot | undefined;
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

  get data(): ChartData {
    return this.#data;
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

  /** Gives the attention to a byte, without moving the view. */
  point(index: number): void {
    this.#setFocus(index);
    this.#plot?.redraw(false);
    this.handlers.onFocus(this.#focus);
  }

  /** Chooses the byte that has the attention. */
  pick(): void {
    if (this.#length > 0) this.handlers.onPick?.(this.#focus);
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
      Enter: () => {
        this.pick();
      },
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
    this.#plot = new uPlot(chartOptions(this, width, theme()), this.#aligned(), this.element);
    // The picture says nothing that the slider does not say.
    setAttributes(this.#plot.root, { 'aria-hidden': true });
    listen(this.#plot, this);
    this.#scale();
  }
}
