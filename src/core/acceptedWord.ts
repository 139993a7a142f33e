/** The word before a cursor, as it will read when a suggestion has been accepted, and what of it a repair changes. */

import { mostFollowing, type Repair, type WrittenWord } from './repair';
import { lastWordBefore, wordStart } from './identifiers';

export interface AcceptedWord extends Pick<WrittenWord, 'word' | 'following'> {
  /** Where the word begins in the line, and where what is typed of it ends, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** What of the word is typed, and what the suggestion adds to it. */
  readonly typed: string;
  readonly added: string;
}

/** `line` is the cursor's line up to the cursor, `text` the suggestion there. */
export function acceptedWord(line: string, text: string): AcceptedWord | undefined {
  const range = lastWordBefore(line, line.length);
  if (!range) return undefined;
  const typed = line.slice(range.start, range.end);
  const added = range.end === line.length ? wordStart(text) : '';
  const following = (line.slice(range.end) + text.slice(added.length)).slice(0, mostFollowing);
  return { ...range, typed, added, word: typed + added, following };
}

/** What should stand instead of what is typed; undefined if the repair concerns what the suggestion adds. */
export function repairOfTyped({ typed, added }: AcceptedWord, { text }: Pick<Repair, 'text'>): string | undefined {
  if (!text.endsWith(added)) return undefined;
  const repaired = text.slice(0, text.length - added.length);
  return repaired === '' || repaired === typed ? undefined : repaired;
}
