/**
 * What is known of the bytes of a document, line by line, followed through its edits. An edit forgets the numbers of the
 * bytes that it may change: those that were inserted, and as many behind it as a prediction looks back. The rest moves along.
 */
import type { Measurement } from './engine';
import { byteOffset, Utf8Text } from './bytes';
import { LineNumbers, utf8Length, type Totals } from './lineNumbers';
import type { LineSpan } from './lineSpan';

/** The lines of an open document, without their ends. */
export interface LineSource {
  readonly lineCount: number;
  lineText(line: number): string;
}

/** A change as VS Code tells it: the text between two places gives way to another. Columns in UTF-16 code units. */
export interface LineChange {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
}

/** A byte of a line. */
export interface LineByte {
  readonly line: number;
  readonly byte: number;
}

/** Bytes from `start` up to but without `end`, which may be the place behind the last byte of its line. */
export interface ByteSpan {
  readonly start: LineByte;
  readonly end: LineByte;
}

/** Some lines with LF ends, as text and as numbers; NaN where nothing is known yet. */
export interface MeasuredPart {
  readonly firstLine: number;
  readonly text: Utf8Text;
  readonly measurement: Measurement;
}

export class MeasuredLines {
  /** Nothing for a line that was never looked at. */
  private lines: (LineNumbers | undefined)[];

  constructor(
    private readonly source: LineSource,
    /** Bytes before a byte that its numbers depend on; Infinity: all of them. */
    private readonly reach: number,
    private readonly thresholdNats: number | null,
  ) {
    this.lines = new Array<LineNumbers | undefined>(source.lineCount).fill(undefined);
  }

  get lineCount(): number {
    return this.lines.length;
  }

  /** The changes of one event, in their order, after the source has changed. */
  edit({ startLine, startColumn, endLine, endColumn, text }: LineChange): void {
    const [first, last] = [this.lines[startLine], this.lines[endLine]];
    const inserted = text.split(/\r\n|\r|\n/);
    const changed = inserted.map((): LineNumbers | undefined => undefined);
    const end = startLine + inserted.length - 1;
    // Where the inserted text ends; when its line is not known, its start is early enough.
    let endByte = 0;
    // Half a surrogate pair at the edge may have found or lost its other half.
    const head = first?.text.slice(0, startColumn).replace(/[\ud800-\udbff]$/, '');
    const tail = last?.text.slice(endColumn).replace(/^[\udc00-\udfff]/, '');
    const hidden = first?.isCut === true || last?.isCut === true;
    if (!hidden && inserted.length === 1 && first && last) {
      const line = new LineNumbers(`${first.text.slice(0, startColumn)}${text}${last.text.slice(endColumn)}`);
      changed[0] = line;
    } else if (!hidden && inserted.length > 1) {
      if (first) changed[0] = new LineNumbers(`${first.text.slice(0, startColumn)}${inserted[0]}`);
      if (last) changed[inserted.length - 1] = new LineNumbers(`${inserted.at(-1)}${last.text.slice(endColumn)}`);
    }
    const newFirst = changed[0];
    if (newFirst && first && head !== undefined && !newFirst.isCut) {
      newFirst.copy(0, utf8Length(head), first, 0);
    }
    const newLast = changed.at(-1);
    if (newLast && last && tail !== undefined && !newLast.isCut) {
      const count = utf8Length(tail) + 1;
      endByte = newLast.length - count;
      newLast.copy(endByte, count, last, last.length - count);
    }
    this.lines.splice(startLine, endLine - startLine + 1, ...changed);
    this.forgetBehind(end, endByte);
  }

  private forgetBehind(line: number, byte: number): void {
    let left = this.reach;
    if (left === Infinity) {
      const numbers = this.lines[line];
      numbers?.forget(byte, numbers.length);
      this.lines.fill(undefined, line + 1);
      return;
    }
    for (let from = byte; left > 0 && line < this.lines.length; line++, from = 0) {
      const numbers = this.lines[line];
      numbers?.forget(from, Math.min(numbers.length, from + left));
      // A line that was never looked at has at least its line feed.
      left -= numbers ? numbers.length - from : 1;
    }
  }

  /**
   * The first bytes in some lines that have no numbers, at most `most`. Known ones between them are measured once more if
   * they are fewer than a fresh start would have to read again.
   */
  missing({ first, last }: LineSpan, most: number): ByteSpan | undefined {
    const lastLine = Math.min(last, this.lines.length - 1);
    let start: LineByte | undefined;
    let end: LineByte | undefined;
    let known = 0;
    let count = 0;
    for (let line = Math.max(0, first); line <= lastLine; line++) {
      const numbers = this.at(line);
      const length = this.lengthOf(line);
      if (numbers.isComplete(line < this.lines.length - 1)) {
        known += length;
        if (start && known > this.reach) break;
        continue;
      }
      for (let byte = 0; byte < length; byte++) {
        if (numbers.isKnown(byte)) {
          known++;
          continue;
        }
        if (start && (known > this.reach || count + known >= most)) return { start, end: end ?? start };
        count += start ? known + 1 : 1;
        known = 0;
        start ??= { line, byte };
        end = { line, byte: byte + 1 };
      }
      // What is not shown of a line is not read either, so a span does not go on behind it.
      if (start && numbers.isCut) break;
    }
    return start && end ? { start, end } : undefined;
  }

  /** Takes the numbers of a span, whose first byte is the first entry. */
  write({ start, end }: ByteSpan, measurement: Measurement): void {
    let entry = 0;
    for (let line = start.line; line <= end.line; line++) {
      const from = line === start.line ? start.byte : 0;
      const to = line === end.line ? end.byte : this.lengthOf(line);
      this.at(line).write(from, to - from, measurement, entry);
      entry += to - from;
    }
  }

  part({ first, last }: LineSpan): MeasuredPart {
    const firstLine = Math.max(0, Math.min(first, this.lines.length - 1));
    const lastLine = Math.min(last, this.lines.length - 1);
    const texts: string[] = [];
    let length = 0;
    for (let line = firstLine; line <= lastLine; line++) {
      texts.push(this.at(line).text);
      length += utf8Length(this.at(line).text) + 1;
    }
    const text = new Utf8Text(texts.join('\n'));
    const measurement = {
      start: byteOffset(0),
      entropyNats: new Float32Array(length).fill(NaN),
      surprisalNats: new Float32Array(length).fill(NaN),
      ranks: new Uint8Array(length),
      patchStart: new Uint8Array(length),
    };
    let entry = 0;
    for (let line = firstLine; line <= lastLine; line++) {
      const numbers = this.at(line);
      numbers.read(numbers.length, measurement, entry);
      entry += numbers.textLength + 1;
    }
    const count = text.bytes.length;
    return {
      firstLine,
      text,
      measurement: {
        start: measurement.start,
        entropyNats: measurement.entropyNats.subarray(0, count),
        surprisalNats: measurement.surprisalNats.subarray(0, count),
        ranks: measurement.ranks.subarray(0, count),
        patchStart: measurement.patchStart.subarray(0, count),
        candidateBytes: new Uint8Array(),
        candidateProbabilities: new Float32Array(),
        thresholdNats: this.thresholdNats,
        evaluatedBytes: 0,
      },
    };
  }

  /** Nothing for a line that was never looked at. */
  numbersOf(line: number): LineNumbers | undefined {
    return this.lines[line];
  }

  /** Of all that is measured. */
  get totals(): Totals {
    let [bytes, patches] = [0, 0];
    for (const line of this.lines) {
      bytes += line?.totals.bytes ?? 0;
      patches += line?.totals.patches ?? 0;
    }
    return { bytes, patches };
  }

  /** Patches that start in the measured lines right before a line, and the first of these lines. */
  patchesBefore(line: number): { patches: number; from: number } {
    let patches = 0;
    let from = line;
    for (; from > 0 && this.isComplete(from - 1); from--) patches += this.lines[from - 1]?.totals.patches ?? 0;
    return { patches, from };
  }

  /** Whether a line has all its numbers; a line that was never looked at has none. */
  isComplete(line: number): boolean {
    return this.lines[line]?.isComplete(line < this.lines.length - 1) ?? false;
  }

  /** Bytes of a line that can be measured: the last line has no line feed. */
  private lengthOf(line: number): number {
    const numbers = this.at(line);
    return line < this.lines.length - 1 ? numbers.length : numbers.textLength;
  }

  private at(line: number): LineNumbers {
    return (this.lines[line] ??= new LineNumbers(this.source.lineText(line)));
  }
}
