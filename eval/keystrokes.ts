/** Keystrokes saved: a simulated user types a segment and takes suggestions. Rules of the evaluation protocol. */

import { linesWithEnds, stripEnd } from './white';

/** What may be shown at a place: text up to the end of the line, and how sure the model is. */
export interface Offer {
  readonly text: string;
  readonly confidence: number;
}

export interface Rules {
  /** Least confidence of what is shown. */
  readonly gate: number;
  /** Keystrokes between the moment a suggestion appears and the moment it can be accepted. */
  readonly delay?: number;
  /** U2: also takes the next word when that is right. */
  readonly byWord?: boolean;
}

export interface Typing {
  /** Keystrokes without and with suggestions. */
  readonly keysAlone: number;
  readonly keys: number;
  readonly shown: number;
  readonly accepted: number;
  readonly acceptedCharacters: number;
  /** Places where a suggestion could be asked for. */
  readonly places: number;
}

const shortestShown = 3;
const nextWord = /^\s*([\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+)/u;

/**
 * Indentation is free, as the editor gives it; Enter is one key; blanks at the end of a line are not typed. `offer` is
 * asked with all that stands before the cursor.
 */
export async function type(
  before: string,
  segment: string,
  offer: (prefix: string) => Offer | Promise<Offer>,
  { gate, delay = 0, byWord = false }: Rules,
): Promise<Typing> {
  const sum = { keysAlone: 0, keys: 0, shown: 0, accepted: 0, acceptedCharacters: 0, places: 0 };
  let typed = before;
  for (const line of linesWithEnds(segment)) {
    const body = line.replace(/\n+$/, '');
    const indentation = /^[ \t]*/.exec(body)?.[0] ?? '';
    typed += indentation;
    const rest = Array.from(stripEnd(body.slice(indentation.length)));
    sum.keysAlone += rest.length + 1;
    let showing: string[] = [];
    let age = 0;
    const startsWith = (what: readonly string[], at: number) =>
      what.every((character, i) => rest[at + i] === character);
    for (let at = 0; at < rest.length;) {
      sum.places++;
      if (showing.length === 0) {
        const { text, confidence } = await offer(typed);
        const characters = Array.from(stripEnd(text));
        if (confidence >= gate && characters.length >= shortestShown) {
          showing = characters;
          age = 0;
          sum.shown++;
        }
      }
      if (showing.length > 0 && age >= delay) {
        const word = byWord ? Array.from(nextWord.exec(showing.join(''))?.[0] ?? '') : [];
        const isWhole = showing.length >= 2 && startsWith(showing, at);
        const taken = isWhole ? showing : word.length >= 3 && startsWith(word, at) ? word : [];
        if (taken.length > 0) {
          sum.keys++;
          sum.accepted++;
          sum.acceptedCharacters += taken.length;
          typed += taken.join('');
          at += taken.length;
          showing = showing.slice(taken.length);
          continue;
        }
      }
      const key = rest[at++] ?? '';
      typed += key;
      sum.keys++;
      // While the user types what it says, the remainder stays.
      const follows = showing[0] === key && showing.length > 1;
      showing = follows ? showing.slice(1) : [];
      if (follows) age++;
    }
    sum.keys++;
    typed += line.slice(body.length) || '\n';
  }
  return sum;
}
