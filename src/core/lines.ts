/** Lines of a text with LF line ends. VS Code counts lines and columns, whatever line end the file has on disk. */
import type { Utf16Offset } from './engine';
import { utf16Offset } from './bytes';

/** Both counted from 0, the column in UTF-16 code units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

export class Lines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) this.starts.push(end + 1);
  }

  get count(): number {
    return this.starts.length;
  }

  /** Where a line begins; behind the last line, the end of the text. */
  startOf(line: number): Utf16Offset {
    return utf16Offset(this.starts[line] ?? this.text.length);
  }

  offsetOf({ line, column }: LineColumn): Utf16Offset {
    return utf16Offset(Math.min(this.startOf(line) + column, this.text.length));
  }

  placeOf(offset: Utf16Offset): LineColumn {
    // The last line that starts at or before the offset.
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.starts[low] ?? 0) };
  }
}
