/** How much of a document goes to the engine, and where a cursor stands in it. The engine cuts further, to its context. */

/** Lengths in UTF-16 code units; in source code nearly the same as bytes. */
const prefixStep = 16_384;
export const longestSuffix = 1_024;

/**
 * Where the prefix of a cursor begins: at the start of the document, and in a long one at a fixed place that moves only
 * every 16 K characters, so that a keystroke does not shift the whole prompt under the engine's caches.
 */
export const prefixStart = (cursor: number): number => Math.max(0, Math.floor(cursor / prefixStep) - 1) * prefixStep;

/** Cuts at the first line start, so that the prompt does not begin inside of a line or of a character. */
export function fromLineStart(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(end + 1);
}

/** Cuts a suffix to its limit without leaving half a surrogate pair. */
export function cutSuffix(text: string): string {
  const cut = text.slice(0, longestSuffix);
  const isHalf = (cut.charCodeAt(cut.length - 1) & 0xfc00) === 0xd800;
  return isHalf ? cut.slice(0, -1) : cut;
}

/** VS Code gives the line ends of the file; places in a text are counted with LF, and the model knows nothing else. */
export const withLineFeeds = (text: string): string => text.replaceAll('\r\n', '\n');

/** Whether there is a word character on both sides of a column. */
export function isInsideWord(line: string, column: number): boolean {
  return /[\p{L}\p{N}_]$/u.test(line.slice(0, column)) && /^[\p{L}\p{N}_]/u.test(line.slice(column));
}
