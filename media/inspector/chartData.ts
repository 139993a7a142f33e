/** What a chart shows, and what of it is in view. */

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

/** From the first byte in view up to but without `end`; may be fractions while it is dragged. */
export interface View {
  readonly start: number;
  readonly end: number;
}
