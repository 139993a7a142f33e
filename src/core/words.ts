/** Words and lines of a text, as suggestions are cut at them. */

/** Letters, digits and underscores of any script. */
const word = /[\p{L}\p{N}_]/u;

/** Whether there is a word character in a text. */
export const isWord = (text: string): boolean => word.test(text);

export const firstLine = (text: string): string => /^[^\r\n]*/.exec(text)?.[0] ?? '';
/** What follows the last line end. */
export const lastLine = (text: string): string =>
  text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);

export const indentationOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

/** The text without the word at its end, which may be a half one. A text of a single word is left as it is. */
export function withoutLastWord(text: string): string {
  const shorter = text.replace(/[\p{L}\p{N}_]+$/u, '');
  return shorter.trim() === '' ? text : shorter;
}
