/** Words of code: identifiers as most languages have them, and the parts that they are made of. */

const word = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
const wordCharacter = /[\p{L}\p{N}_$]/u;

/** The words of a text, without counting them, which takes longer. */
export const wordsOf = (text: string): Set<string> => new Set(text.match(word));

/** How often each word stands in a text. */
export function wordCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [one] of text.matchAll(word)) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

/** Whether a word stands in a text; with `asStart`, also as the beginning of a longer one. */
export function hasWord(text: string, wanted: string, { asStart = false } = {}): boolean {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const startsThere = !wordCharacter.test(text.charAt(at - 1));
    if (startsThere && (asStart || !wordCharacter.test(text.charAt(at + wanted.length)))) return true;
  }
  return false;
}

/** A word in a text, from `start` up to but without `end`, in UTF-16 code units. */
export interface WordRange {
  readonly start: number;
  readonly end: number;
}

/** The word that a place in a line lies in or touches. */
export function wordAt(line: string, at: number): WordRange | undefined {
  for (const { index, 0: one } of line.matchAll(word)) {
    if (index <= at && at <= index + one.length) return { start: index, end: index + one.length };
  }
  return undefined;
}

/** The last word of a line that ends at `at` or before it. */
export function lastWordBefore(line: string, at: number): WordRange | undefined {
  const last = [...line.slice(0, at).matchAll(word)].at(-1);
  return last && { start: last.index, end: last.index + last[0].length };
}

/** The word characters at the start of a text. */
export const wordStart = (text: string): string => /^[\p{L}\p{N}_$]*/u.exec(text)?.[0] ?? '';

/** The words that an identifier is made of, in lower case: `parseHTMLPage_v2` gives parse, html, page and v. */
export const wordParts = (identifier: string): string[] =>
  Array.from(identifier.matchAll(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+/gu), ([part]) => part.toLowerCase());
