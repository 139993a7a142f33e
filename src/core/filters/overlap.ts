/** What a suggestion says and what stands after the cursor already. */

import { firstLine, isWord } from '../words';

/** Cuts off what already stands after the cursor on the same line. */
export function withoutOverlap(text: string, rest: string): string {
  const after = rest.trimEnd();
  if (after.trim() === '') return text;
  for (let length = Math.min(after.length, text.length); length > 0; length--) {
    const overlap = after.slice(0, length);
    // A few common letters are no proof of a repetition; the whole rest of the line, or punctuation, is.
    if (text.endsWith(overlap) && (length === after.length || !isWord(overlap))) return text.slice(0, -length);
  }
  return text;
}

/**
 * Whether a suggestion of one line says what the next line says, a common mistake; a closing bracket alone may well come
 * twice.
 */
export function repeatsNextLine(text: string, after: string): boolean {
  const next = nextLine(after);
  return next !== undefined && text.trim() === next;
}

/** The lines of a block before the one that the text after the cursor begins with. */
export function withoutNextLine(lines: readonly string[], after: string): readonly string[] {
  const next = nextLine(after);
  const at = next === undefined ? -1 : lines.findIndex((line) => line.trim() === next);
  return at < 0 ? lines : lines.slice(0, at);
}

/** The first line with text below the cursor's, if it says something and nothing follows in the cursor's own line. */
function nextLine(after: string): string | undefined {
  const rest = firstLine(after);
  if (rest.trim() !== '') return undefined;
  const next = firstLine(after.slice(rest.length).trimStart()).trim();
  return isWord(next) ? next : undefined;
}
