/** What is known of the bytes of an open document, and what of it the engine is asked next. */
import type * as vscode from 'vscode';
import type { MeasureRequest, Measurement } from '../core/engine';
import type { LineSpan } from '../core/lineSpan';
import { MeasuredLines, type ByteSpan, type LineSource } from '../core/measuredLines';
import { measureWindow, type LineColumn, type Reading } from '../core/measureWindow';

/** Larger documents are measured where they are looked at, and nowhere else. In UTF-16 code units. */
export const largestWhole = 1_000_000;

/** Bytes in a request: on screen no more than a fast answer allows, in the background a piece that costs little to begin. */
const mostOnScreen = 16_384;
const mostInBackground = 8_192;

export interface Piece {
  readonly span: ByteSpan;
  readonly request: MeasureRequest;
}

export class TrackedDocument {
  readonly lines: MeasuredLines;
  private readonly source: LineSource;
  /** Where the last window on screen began. */
  private anchor: LineColumn | undefined;

  constructor(
    readonly document: vscode.TextDocument,
    private readonly reading: Reading,
    thresholdNats: number | null,
  ) {
    this.source = {
      get lineCount() {
        return document.lineCount;
      },
      lineText: (line) => document.lineAt(line).text,
    };
    this.lines = new MeasuredLines(this.source, reading.reach, thresholdNats);
  }

  /** Whether it is measured as a whole. */
  get isWhole(): boolean {
    const { document } = this;
    return document.offsetAt(document.lineAt(document.lineCount - 1).range.end) <= largestWhole;
  }

  /** Whether it can be measured at all: some predictions need all of the text before them. */
  get canBeMeasured(): boolean {
    return this.reading.reach < Infinity || this.isWhole;
  }

  edit(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    for (const { range, text } of changes) {
      const { start, end } = range;
      const lineCount = this.lines.lineCount;
      this.lines.edit({
        startLine: start.line,
        startColumn: start.character,
        endLine: end.line,
        endColumn: end.character,
        text,
      });
      if (!this.anchor || start.line > this.anchor.line) continue;
      const line = this.anchor.line + this.lines.lineCount - lineCount;
      this.anchor = end.line < this.anchor.line ? { ...this.anchor, line } : undefined;
    }
  }

  /** What is missing in some lines, if anything is. */
  pieceIn(lines: LineSpan): Piece | undefined {
    const span = this.lines.missing(lines, mostOnScreen);
    if (!span) return undefined;
    const { request, anchor } = measureWindow(this.source, span, this.reading, lines.first, this.anchor);
    this.anchor = anchor;
    return { span, request };
  }

  /** What is missing next to some lines, the nearest first. */
  pieceAround({ first, last }: LineSpan): Piece | undefined {
    const { lineCount } = this.lines;
    for (let below = last + 1, above = first - 1; below < lineCount || above >= 0; below++, above--) {
      if (below < lineCount && !this.lines.isComplete(below)) return this.backgroundPiece(below, lineCount - 1);
      if (above >= 0 && !this.lines.isComplete(above)) return this.backgroundPiece(this.pieceStart(above), above);
    }
    return undefined;
  }

  /** The request for some bytes, whatever is known of them, with the candidates of the predictions. */
  candidatesOf(span: ByteSpan, firstVisible: number): MeasureRequest {
    const { request } = measureWindow(this.source, span, this.reading, firstVisible, this.anchor);
    return { ...request, candidates: true };
  }

  private backgroundPiece(first: number, last: number): Piece | undefined {
    const span = this.lines.missing({ first, last }, mostInBackground);
    if (!span) return undefined;
    return { span, request: measureWindow(this.source, span, this.reading, span.start.line).request };
  }

  /** The line from which on a piece reaches down to `line`. */
  private pieceStart(line: number): number {
    let start = line;
    for (let length = 0; start > 0 && !this.lines.isComplete(start - 1); start--) {
      length += this.source.lineText(start).length + 1;
      if (length > mostInBackground / 2) break;
    }
    return start;
  }

  write({ span }: Piece, measurement: Measurement): void {
    this.lines.write(span, measurement);
  }
}
