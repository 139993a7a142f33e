/** What is known of the bytes of one line. */
import { encodeUtf8 } from './bytes';
import type { Measurement } from './engine';

/** VS Code shows no more of a line than so many UTF-16 code units (`editor.stopRenderingLineAfter`), so no more is measured. */
const longestShown = 10_000;

/** Numbers of a byte, each in a plane of its own. */
const planes = ['entropyNats', 'surprisalNats', 'ranks', 'patchStart'] as const;

/** Bytes that are measured, and patches that start at one of them. */
export interface Totals {
  readonly bytes: number;
  readonly patches: number;
}

export class LineNumbers {
  /** The line without its end, as far as it is shown. */
  readonly text: string;
  /** Whether there is more of it, which nobody sees. */
  readonly isCut: boolean;
  /** Bytes that have numbers: those of the text and, unless it is cut, of the line feed. */
  readonly length: number;
  /** [planes, length]; NaN where nothing is known. */
  private readonly numbers: Float32Array;
  /** Whether there is a number for each byte; undefined when that was not looked at since the last change. */
  private complete: boolean | undefined = false;
  private counted: Totals | undefined;
  /** Grows with every change of a number. */
  revision = 0;

  constructor(line: string) {
    this.isCut = line.length > longestShown;
    this.text = this.isCut ? wholeCharacters(line, longestShown) : line;
    this.length = utf8Length(this.text) + (this.isCut ? 0 : 1);
    this.numbers = new Float32Array(planes.length * this.length).fill(NaN);
  }

  /** Bytes before a column; a column inside of a surrogate pair counts as the one before the pair. */
  byteAt(column: number): number {
    return Math.min(this.length, utf8Length(wholeCharacters(this.text, column)));
  }

  isKnown(byte: number): boolean {
    return !Number.isNaN(this.numbers[byte]);
  }

  /** Whether every byte has numbers; that of the line feed counts only if `withLineFeed`, for the last line has none. */
  isComplete(withLineFeed: boolean): boolean {
    if (this.complete === undefined || !this.complete) this.complete = this.firstMissing(0, this.length) < 0;
    return this.complete || (!withLineFeed && this.firstMissing(0, this.textLength) < 0);
  }

  get surprisalNats(): Float32Array {
    return this.plane('surprisalNats');
  }

  get ranks(): Float32Array {
    return this.plane('ranks');
  }

  private plane(name: (typeof planes)[number]): Float32Array {
    const start = planes.indexOf(name) * this.length;
    return this.numbers.subarray(start, start + this.length);
  }

  /** Bytes of the text alone. */
  get textLength(): number {
    return this.isCut ? this.length : this.length - 1;
  }

  /** Patches that start in it, as far as is known; and bytes that have numbers. */
  get totals(): Totals {
    if (this.counted === undefined) {
      const [entropies, starts] = [0, planes.indexOf('patchStart') * this.length];
      let [bytes, patches] = [0, 0];
      for (let byte = 0; byte < this.length; byte++) {
        if (Number.isNaN(this.numbers[entropies + byte])) continue;
        bytes++;
        patches += this.numbers[starts + byte] as number;
      }
      this.counted = { bytes, patches };
    }
    return this.counted;
  }

  /** The first byte from `from` up to `to` that has no numbers, or −1. */
  firstMissing(from: number, to: number): number {
    for (let byte = from; byte < to; byte++) if (!this.isKnown(byte)) return byte;
    return -1;
  }

  forget(from: number, to: number): void {
    this.complete = false;
    this.counted = undefined;
    this.revision++;
    for (let plane = 0; plane < planes.length; plane++) {
      this.numbers.fill(NaN, plane * this.length + from, plane * this.length + Math.max(from, to));
    }
  }

  /** Takes `count` entries of a measurement, from its entry `entry` on, for the bytes from `at` on. */
  write(at: number, count: number, measurement: Measurement, entry: number): void {
    planes.forEach((name, plane) => {
      this.numbers.set(measurement[name].subarray(entry, entry + count), plane * this.length + at);
    });
    this.complete = undefined;
    this.counted = undefined;
    this.revision++;
  }

  /** Takes over the numbers of `count` bytes of another line. */
  copy(at: number, count: number, from: LineNumbers, fromAt: number): void {
    for (let plane = 0; plane < planes.length; plane++) {
      const start = plane * from.length + fromAt;
      this.numbers.set(from.numbers.subarray(start, start + count), plane * this.length + at);
    }
    this.complete = undefined;
    this.counted = undefined;
    this.revision++;
  }

  /** Writes the numbers of the bytes up to `count` to the entries from `entry` on. */
  read(count: number, into: Pick<Measurement, (typeof planes)[number]>, entry: number): void {
    planes.forEach((name, plane) => {
      into[name].set(this.numbers.subarray(plane * this.length, plane * this.length + count), entry);
    });
  }
}

const ascii = /^[\0-\x7f]*$/;

/** Bytes of a text in UTF-8. */
export const utf8Length = (text: string): number => (ascii.test(text) ? text.length : encodeUtf8(text).length);

/** The text up to a code unit, without half a surrogate pair at its end. */
export function wholeCharacters(text: string, length: number): string {
  const isHalf = length > 0 && length < text.length && (text.charCodeAt(length - 1) & 0xfc00) === 0xd800;
  const isPair = isHalf && (text.charCodeAt(length) & 0xfc00) === 0xdc00;
  return text.slice(0, isPair ? length - 1 : length);
}
