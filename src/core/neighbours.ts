/**
 * Snippets of other files that may be copied from: those that have most identifiers in common with the text before the
 * cursor. `training/elsewhere.py` chooses in the same way, for the weights of what is copied from there.
 */
import { encodeUtf8 } from './bytes';

/** UTF-16 code units before the cursor that snippets are compared with. */
export const nearLength = 2_048;
/** Bytes of all snippets together. */
export const mostElsewhere = 32_768;
const snippetLines = 40;

export interface Snippet {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  readonly identifiers: ReadonlySet<string>;
}

/** A text in pieces of whole lines. */
export function snippetsOf(text: string): Snippet[] {
  const lines = text.split('\n');
  return Array.from({ length: Math.ceil(lines.length / snippetLines) }, (_, i) => {
    const piece = `${lines.slice(i * snippetLines, (i + 1) * snippetLines).join('\n')}\n`;
    return { bytes: encodeUtf8(piece), identifiers: identifiersOf(piece) };
  });
}

export const identifiersOf = (text: string): ReadonlySet<string> => new Set(text.match(/[A-Za-z_$][\w$]{2,}/g));

/** Jaccard index: the share of all identifiers of two texts that both have. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const identifier of a) if (b.has(identifier)) common++;
  const all = a.size + b.size - common;
  return all === 0 ? 0 : common / all;
}

/** Most similar first, none that has nothing in common with `near`; what does not fit any more is left out. */
export function mostSimilar(near: string, snippets: readonly Snippet[], room = mostElsewhere): Uint8Array[] {
  const wanted = identifiersOf(near);
  const rated = snippets
    .map(({ bytes, identifiers }) => ({ bytes, rating: similarity(wanted, identifiers) }))
    .filter(({ rating }) => rating > 0)
    .sort((a, b) => b.rating - a.rating);
  let left = room;
  return rated.flatMap(({ bytes }) => {
    if (bytes.length > left) return [];
    left -= bytes.length;
    return [bytes];
  });
}
