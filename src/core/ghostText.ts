/** What was suggested before: is the user typing it, or back at a place that was answered already? Then no engine. */
import { longestSuffix } from './promptWindow';
import type { Suggestion } from './suggestion';

/** The text around a cursor with LF line ends, cut into what typing in one line leaves alone and what it changes. */
export interface Place {
  /** Identifies the document. */
  readonly document: string;
  /** Everything before the cursor's line, as far as the prompt reaches. */
  readonly above: string;
  /** The cursor's line up to the cursor. */
  readonly line: string;
  /** Everything after the cursor, as far as the prompt reaches. */
  readonly after: string;
}

interface Answer {
  readonly place: Place;
  readonly gate: number;
  readonly suggestion: Suggestion;
}

const capacity = 100;

export class GhostText {
  /** The latest answer is the last one. */
  private answers: Answer[] = [];

  remember(place: Place, gate: number, suggestion: Suggestion): void {
    this.answers = this.answers.filter((answer) => !isSamePlace(answer.place, place)).slice(1 - capacity);
    this.answers.push({ place, gate, suggestion });
  }

  /**
   * The answer for a place, or nothing when the engine must be asked. A silence holds only for a gate that is not
   * lower than the one it was given for; a text that is shown stays so while the user types what it says.
   */
  recall(place: Place, gate: number): Suggestion | undefined {
    for (const answer of this.answers.toReversed()) {
      if (answer.suggestion.shown) {
        const text = restOf(answer, place);
        if (text) return { ...answer.suggestion, text };
      } else if (gate >= answer.gate && isSamePlace(answer.place, place)) return answer.suggestion;
    }
    return undefined;
  }

  /** The rest of the latest answer, if the place goes on with it; who asks by hand sees it until it is typed away from. */
  goOn(place: Place): Suggestion | undefined {
    const latest = this.answers.at(-1);
    const text = latest?.suggestion.shown ? restOf(latest, place) : undefined;
    return latest && text ? { ...latest.suggestion, text } : undefined;
  }

  clear(): void {
    this.answers = [];
  }
}

export const isSamePlace = (a: Place, b: Place): boolean =>
  a.line === b.line && a.document === b.document && a.after === b.after && a.above === b.above;

/** What of a suggestion is left to type at a place. */
function restOf({ place: old, suggestion: { text } }: Answer, place: Place): string | undefined {
  const way = typedBetween(old, place);
  if (way === undefined || !text.startsWith(way.typed)) return undefined;
  const rest = text.slice(way.typed.length);
  return rest.endsWith(way.closed) ? rest.slice(0, rest.length - way.closed.length) : undefined;
}

/** What was typed from one place to the other, if nothing else was done, and what the editor closed by itself behind it. */
export function typedBetween(
  old: Place,
  place: Place,
): { readonly typed: string; readonly closed: string } | undefined {
  if (old.document !== place.document) return undefined;
  const typed = textBetween(old, place);
  if (typed === undefined) return undefined;
  const closed = closedBetween(old.after, place.after);
  return closed === undefined ? undefined : { typed, closed };
}

/** What stands between two places of which the first is before the second, in the same line or above it. */
function textBetween(old: Place, place: Place): string | undefined {
  if (old.above === place.above) return place.line.startsWith(old.line) ? place.line.slice(old.line.length) : undefined;
  if (!place.above.startsWith(old.above) || !place.above.startsWith(old.line, old.above.length)) return undefined;
  return place.above.slice(old.above.length + old.line.length) + place.line;
}

/** The place where a text ends that is written at another one. */
export function placeAfter(place: Place, text: string): Place {
  const line = place.line + text;
  const lineStart = line.lastIndexOf('\n') + 1;
  return { ...place, above: place.above + line.slice(0, lineStart), line: line.slice(lineStart) };
}

/** The brackets and quotes by which the text after a cursor has grown; undefined if it has changed in another way. */
function closedBetween(old: string, now: string): string | undefined {
  const closers = /^[)\]}'"`]*/.exec(now)?.[0] ?? '';
  for (let length = 0; length <= closers.length; length++) {
    const rest = now.slice(length);
    // At its limit the text loses at its end what it gains at its beginning.
    const isCut = now.length >= longestSuffix && rest.length === old.length - length;
    if (rest === (isCut ? old.slice(0, rest.length) : old)) return closers.slice(0, length);
  }
  return undefined;
}
