/** The first view: the curve over the visible lines, the threshold, the byte with the attention, and other rules beside it. */
import * as l10n from '@vscode/l10n';
import type { Place, ShownText } from '../../src/core/inspectorMessages';
import { glyphs } from '../../src/core/glyphs';
import { countPieces, entropyStarts, fixedStarts, type Starts } from '../../src/core/pieces';
import { byteOffset } from '../../src/core/bytes';
import { ByteCard, byteSentence } from './byteCard';
import { ByteTable } from './byteTable';
import { Chart } from './chart';
import type { View } from './chartData';
import { element } from './dom';
import { remember, remembered, send } from './kept';
import { average, flops, toBits, whole } from './numbers';
import { Overview } from './overview';
import { ownFlops, Rules } from './rules';
import { ThresholdSlider } from './thresholdSlider';

export class EntropyView {
  readonly element = element('div');
  readonly #chart: Chart;
  readonly #overview: Overview;
  readonly #slider: ThresholdSlider;
  readonly #card = new ByteCard();
  readonly #rules: Rules;
  readonly #table = new ByteTable();
  readonly #figures = element('dl', { class: 'figures', 'aria-live': 'polite' });
  readonly #thresholdKey = element('span', { class: 'key threshold-line' }, l10n.t('threshold'));
  readonly #surprisal = element('input', { type: 'checkbox' });
  #shown: ShownText | undefined;
  #characters: string[] = [];
  #starts: Starts = new Uint8Array();
  #place: Place | undefined;

  constructor() {
    this.#chart = new Chart(l10n.t('Bytes of the visible lines'), {
      onFocus: (index) => {
        this.#attend(index);
      },
      onPick: (index) => {
        this.#go(index);
      },
      onView: () => {
        this.#showView();
      },
    });
    this.#overview = new Overview((view) => {
      this.#chart.look(view);
    });
    this.#slider = new ThresholdSlider(remembered().thresholdNats, (thresholdNats) => {
      remember({ thresholdNats });
      this.#cut();
    });
    this.#rules = new Rules((fixedBytes) => {
      remember({ fixedBytes });
    });
    const { fixedBytes, surprisal } = remembered();
    if (fixedBytes !== null) this.#rules.fixedBytes = fixedBytes;
    this.#surprisal.checked = surprisal;
    this.#surprisal.addEventListener('change', () => {
      remember({ surprisal: this.#surprisal.checked });
      this.#draw();
    });
    this.element.append(
      this.#figures,
      element(
        'div',
        { class: 'legend' },
        element('span', { class: 'key curve' }, l10n.t('entropy, bits')),
        element('label', { class: 'key second' }, this.#surprisal, ` ${l10n.t('surprisal')}`),
        this.#thresholdKey,
        element('span', { class: 'key patch' }, l10n.t('patch start')),
      ),
      this.#chart.element,
      this.#overview.element,
      element(
        'p',
        { class: 'note keys' },
        l10n.t(
          'Arrow keys go along the bytes, with Ctrl along the patches; + and − zoom, 0 shows all; Enter moves the editor’s cursor.',
        ),
      ),
      this.#slider.element,
      this.#card.element,
      this.#rules.element,
      this.#table.element,
    );
  }

  /** The threshold that patches are cut by; null where they have a fixed length. */
  get thresholdNats(): number | null {
    return this.#shown?.model.thresholdNats === null ? null : this.#slider.nats;
  }

  get view(): View {
    return this.#chart.view;
  }

  get starts(): Starts {
    return this.#starts;
  }

  show(shown: ShownText): void {
    const isNew = this.#shown?.file !== shown.file;
    const before = this.#shown;
    this.#shown = shown;
    this.#characters = glyphs(shown.measured.bytes);
    const { thresholdNats, patchBytes } = shown.model;
    this.#slider.element.hidden = this.#thresholdKey.hidden = thresholdNats === null;
    if (thresholdNats !== null) this.#slider.show(thresholdNats);
    if (patchBytes !== null && remembered().fixedBytes === null) this.#rules.fixedBytes = patchBytes;
    this.#cut();
    if (isNew || before?.measured.start !== shown.measured.start) {
      this.#chart.lookFrom(0);
      this.#follow();
    }
  }

  /** Follows the cursor of the editor. */
  follow(place: Place): void {
    this.#place = place;
    this.#follow();
  }

  #follow(): void {
    if (!this.#shown || !this.#place) return;
    const { start, bytes } = this.#shown.measured;
    const index = this.#place.cursor - start;
    this.#draw();
    if (index < 0 || index > bytes.length) return;
    this.#chart.moveTo(index);
    this.#attend(this.#chart.focus);
  }

  /** Cuts the bytes at the threshold, and shows what comes of it. */
  #cut(): void {
    if (!this.#shown) return;
    const { measured, model } = this.#shown;
    const first = model.headerIds + measured.start;
    this.#starts =
      model.thresholdNats === null
        ? fixedStarts(measured.bytes.length, model.patchBytes ?? 1, first)
        : entropyStarts(measured.entropyNats, this.#slider.nats, first);
    const { pieces, averageBytes } = countPieces(this.#starts);
    const cost = ownFlops(model, this.#starts);
    const figures = [
      [l10n.t('Bytes'), whole(measured.bytes.length)],
      [l10n.t('Patches'), whole(pieces)],
      [l10n.t('Bytes per patch'), average(averageBytes)],
      [l10n.t('Compute per byte'), cost === undefined ? '–' : flops(cost)],
    ] as const;
    this.#figures.replaceChildren(
      ...figures.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    );
    this.#draw();
    this.#attend(this.#chart.focus);
  }

  #draw(): void {
    if (!this.#shown) return;
    const { measured, lineStarts, firstLine, model } = this.#shown;
    const curve = (nats: Float32Array) => Array.from(nats, toBits);
    const place = this.#place;
    const shown = this.#shown;
    this.#chart.show(
      {
        curves: [curve(measured.entropyNats), ...(this.#surprisal.checked ? [curve(measured.surprisalNats)] : [])],
        starts: this.#starts,
        threshold: model.thresholdNats === null ? null : toBits(this.#slider.nats),
        characters: [this.#characters],
        lines: lineStarts.map((at, line) => ({ at, label: String(firstLine + line) })),
        marked: place && { start: place.start - measured.start, end: place.end - measured.start },
      },
      (index) => byteSentence(shown, this.#characters, index),
    );
    this.#showView();
  }

  #showView(): void {
    if (!this.#shown) return;
    this.#overview.show(Array.from(this.#shown.measured.entropyNats), this.#chart.view);
    this.#table.show(this.#shown, this.#characters, this.#starts, this.#chart.view);
  }

  #attend(index: number): void {
    if (!this.#shown) return;
    const { lineStarts, measured } = this.#shown;
    this.#card.show(this.#shown, this.#characters, this.#starts, index);
    const line = lineStarts.findLastIndex((start) => start <= index);
    const end = lineStarts[line + 1] ?? measured.bytes.length;
    this.#rules.show(this.#shown, this.#starts, { start: lineStarts[line] ?? 0, end });
  }

  #go(index: number): void {
    if (!this.#shown) return;
    const { uri, version, measured } = this.#shown;
    const at = byteOffset(measured.start + index);
    send({ type: 'go', uri, version, start: at, end: at });
  }
}
