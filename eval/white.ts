/**
 * White space as the protocol's reference sees it, which is Python's: the control characters from 1C to 1F and 85 belong
 * to it, the byte order mark does not.
 */

const space = '\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const leading = new RegExp(`^[${space}]+`);
const trailing = new RegExp(`[${space}]+$`);
const one = new RegExp(`^[${space}]$`);
const run = new RegExp(`[${space}]+`);
const lineEnd = '[\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029]';
const lineEnds = new RegExp(`\\r\\n|${lineEnd}`, 'g');

export const isSpace = (character: string): boolean => one.test(character);
export const stripStart = (text: string): string => text.replace(leading, '');
export const stripEnd = (text: string): string => text.replace(trailing, '');
export const strip = (text: string): string => stripEnd(stripStart(text));
/** The pieces between white space. */
export const words = (text: string): string[] => text.split(run).filter((piece) => piece !== '');

/** The lines of a text, each with its end. */
export function linesWithEnds(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const { index, 0: end } of text.matchAll(lineEnds)) {
    lines.push(text.slice(start, index + end.length));
    start = index + end.length;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}
