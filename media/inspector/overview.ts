/** All bytes in one strip, with the part that the chart shows; dragging it moves that part. For the mouse: keys have the chart. */
import type { View } from './chartData';
import { element } from './dom';
import { onThemeChange, theme } from './theme';

const height = 30;

export class Overview {
  readonly element = element('canvas', { class: 'overview', height, 'aria-hidden': true });
  #bits: readonly (number | null)[] = [];
  #view: View = { start: 0, end: 1 };

  constructor(onView: (view: View) => void) {
    const move = (event: PointerEvent) => {
      const { left, width } = this.element.getBoundingClientRect();
      const half = (this.#view.end - this.#view.start) / 2;
      const middle = ((event.clientX - left) / width) * this.#bits.length;
      onView({ start: middle - half, end: middle + half });
    };
    this.element.addEventListener('pointerdown', (event) => {
      this.element.setPointerCapture(event.pointerId);
      move(event);
    });
    this.element.addEventListener('pointermove', (event) => {
      if (this.element.hasPointerCapture(event.pointerId)) move(event);
    });
    new ResizeObserver(() => {
      this.#draw();
    }).observe(this.element);
    onThemeChange(() => {
      this.#draw();
    });
  }

  show(bits: readonly (number | null)[], view: View): void {
    this.#bits = bits;
    this.#view = view;
    // With everything in view it would say nothing.
    this.element.hidden = view.end - view.start >= bits.length;
    this.#draw();
  }

  #draw(): void {
    const context = this.element.getContext('2d');
    const width = Math.round(this.element.clientWidth * devicePixelRatio);
    if (!context || width === 0) return;
    this.element.width = width;
    this.element.height = height * devicePixelRatio;
    const colours = theme();
    const tall = this.element.height;
    const each = width / Math.max(1, this.#bits.length);
    const highest = Math.max(1, ...this.#bits.map((value) => value ?? 0));
    context.fillStyle = colours.curve;
    this.#bits.forEach((value, i) => {
      const size = ((value ?? 0) / highest) * (tall - 4);
      context.fillRect(i * each, tall - size, Math.max(1, each), size);
    });
    const from = this.#view.start * each;
    const to = this.#view.end * each;
    context.fillStyle = colours.background;
    context.globalAlpha = 0.6;
    context.fillRect(0, 0, from, tall);
    context.fillRect(to, 0, width - to, tall);
    context.globalAlpha = 1;
    context.strokeStyle = colours.cursor;
    context.lineWidth = 1.5 * devicePixelRatio;
    context.strokeRect(from + 1, 1, Math.max(4, to - from - 2), tall - 2);
  }
}
