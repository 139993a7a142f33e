/** Typing mistakes, made on purpose. */
import type { Utf16Offset } from './engine';
import { utf16Offset } from './bytes';

export const typoKinds = ['swap', 'drop', 'double', 'neighbour'] as const;
/** Two characters swapped, one left out, one doubled, or the key beside it. */
export type TypoKind = (typeof typoKinds)[number];

const keyboard = ['1234567890-=', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./'];

/** The line with a mistake at the character at `place`, which is the last one if there is none behind. */
export function withTypo(line: string, place: Utf16Offset, kind: TypoKind): string {
  const characters = Array.from(line);
  if (characters.length === 0) return line;
  const at = characterAt(characters, place);
  const here = characters[at] as string;
  switch (kind) {
    case 'swap': {
      // The last character has none after it.
      const first = Math.min(at, Math.max(0, characters.length - 2));
      characters.splice(first, 2, ...characters.slice(first, first + 2).reverse());
      break;
    }
    case 'drop':
      characters.splice(at, 1);
      break;
    case 'double':
      characters.splice(at, 0, here);
      break;
    case 'neighbour':
      characters[at] = neighbour(here);
  }
  return characters.join('');
}

/** A place where a typo shows well: inside of the longest word of the line. */
export function typoPlace(line: string): Utf16Offset {
  let best = { index: 0, length: 0 };
  for (const { index, 0: word } of line.matchAll(/\p{L}+/gu)) {
    if (word.length > best.length) best = { index, length: word.length };
  }
  return utf16Offset(best.index + Math.floor(best.length / 2));
}

function characterAt(characters: readonly string[], place: Utf16Offset): number {
  let end = 0;
  const at = characters.findIndex((character) => (end += character.length) > place);
  return at < 0 ? characters.length - 1 : at;
}

/** The key on the right, or on the left at the end of a row; other characters become an x. */
function neighbour(character: string): string {
  const lower = character.toLowerCase();
  for (const row of keyboard) {
    const at = row.indexOf(lower);
    if (at < 0) continue;
    const key = row[at + 1] ?? row[at - 1] ?? character;
    return character === lower ? key : key.toUpperCase();
  }
  return 'x';
}
