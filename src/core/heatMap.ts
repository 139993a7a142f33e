/** Entropies of bytes as coloured runs of characters, and patch starts as marks on characters. */
import type { Measurement, Predictor, Utf16Offset } from './engine';
import { byteOffset, type Utf8Text } from './bytes';
import { isContinuation } from './utf8';

export const bitsPerNat = Math.LOG2E;

/**
 * Where each band of the heat map begins, in bits. The bands are narrow at the bottom, because most bytes of source
 * code are nearly certain; with the usual patch threshold, patches start in the upper three.
 */
export const bandStartsInBits = [0, 0.5, 1, 2, 3, 4.5] as const;
export const bandCount = bandStartsInBits.length;

/** The band of an entropy: 0 is the most certain. */
export function bandOf(bits: number): number {
  let band = bandCount - 1;
  while (band > 0 && bits < (bandStartsInBits[band] ?? 0)) band--;
  return band;
}

/** A stretch of text: from `start` up to but without `end`. */
export interface Span {
  readonly start: Utf16Offset;
  readonly end: Utf16Offset;
}

/** A stretch of one line whose characters are in the same band. */
export interface HeatRun extends Span {
  readonly band: number;
}

const lineFeed = 0x0a;

/** What the heat map can show of each byte. */
export const quantities = ['entropy', 'surprisal', 'own'] as const;
export type Quantity = (typeof quantities)[number];

/** Whose predictions a quantity is about. */
export const predictorOf = (quantity: Quantity): Predictor => (quantity === 'own' ? 'model' : 'entropy-model');

/** The numbers to show, in nats; NaN where nothing is known. */
export const shownNats = ({ entropyNats, surprisalNats }: Measurement, quantity: Quantity): Float32Array =>
  quantity === 'surprisal' ? surprisalNats : entropyNats;

/**
 * The runs of a measurement in the order of the text. A character of several bytes has the highest number of them; where
 * one of them is not known, nothing is painted.
 */
export function heatRuns(text: Utf8Text, measurement: Measurement, quantity: Quantity = 'entropy'): HeatRun[] {
  const { start } = measurement;
  const shown = shownNats(measurement, quantity);
  const runs: HeatRun[] = [];
  let runStart = 0;
  let runBand = -1;
  const close = (end: number) => {
    if (runBand < 0) return;
    runs.push({ start: text.utf16At(byteOffset(runStart)), end: text.utf16At(byteOffset(end)), band: runBand });
  };
  let index = 0;
  while (index < shown.length) {
    const byte = start + index;
    let nats = shown[index] ?? 0;
    for (index++; index < shown.length && isContinuation(text.bytes[start + index]); index++) {
      nats = Math.max(nats, shown[index] ?? 0);
    }
    // A line feed has no width, so it is not painted and ends a run.
    const band = text.bytes[byte] === lineFeed || Number.isNaN(nats) ? -1 : bandOf(nats * bitsPerNat);
    if (band === runBand) continue;
    close(byte);
    runStart = byte;
    runBand = band;
  }
  close(start + shown.length);
  return runs;
}

/** A patch start on screen: the left edge of a character, or the right edge of the last one before a line feed. */
export interface PatchMark extends Span {
  readonly edge: 'left' | 'right';
}

/** The marks of a measurement. A start inside of a character is shown at the character. */
export function patchMarks(text: Utf8Text, measurement: Measurement): PatchMark[] {
  const { start, patchStart } = measurement;
  const marks: PatchMark[] = [];
  let last = -1;
  for (const [index, starts] of patchStart.entries()) {
    if (!starts || start + index >= text.bytes.length) continue;
    const character = text.characterAt(byteOffset(start + index));
    if (character.start === last) continue;
    last = character.start;
    const from = text.utf16At(character.start);
    if (text.bytes[character.start] !== lineFeed) {
      marks.push({ start: from, end: text.utf16At(character.end), edge: 'left' });
    } else if (from > 0 && text.text[from - 1] !== '\n') {
      const before = text.characterAt(byteOffset(character.start - 1));
      marks.push({ start: text.utf16At(before.start), end: from, edge: 'right' });
    }
  }
  return marks;
}
