/** The bytes of visible lines. */
import type { ByteOffset } from './engine';
import { byteOffset, type Utf8Text } from './bytes';
import type { Lines } from './lines';
import type { LineSpan } from './lineSpan';

/** A line of minified code can be as long as a book. */
export const mostVisibleBytes = 16_384;

/**
 * From the start of the first line to the end of the last one. If that is too long, the cursor stands in the middle of what
 * is left, and no character is cut.
 */
export function visibleBytes(
  text: Utf8Text,
  lines: Lines,
  { first, last }: LineSpan,
  cursor: ByteOffset,
): { readonly start: ByteOffset; readonly end: ByteOffset } {
  const start = text.byteAt(lines.startOf(first));
  const end = text.byteAt(lines.startOf(last + 1));
  if (end - start <= mostVisibleBytes) return { start, end };
  const from = Math.max(start, Math.min(cursor - mostVisibleBytes / 2, end - mostVisibleBytes));
  const characterStart = (at: number) =>
    at < text.bytes.length ? text.characterAt(byteOffset(at)).start : byteOffset(at);
  return { start: characterStart(from), end: characterStart(from + mostVisibleBytes) };
}
