/**
 * Repairs of misspelt words: which words of the file a word may stand for, and whether the model finds one of them so much
 * more likely that it is offered. docs/architecture.md explains the rule; `npm run eval:typos` fits and measures it.
 */

import { encodeUtf8 } from './bytes';
import type { Engine } from './engine';
import { keywords } from './keywords';
import { isNewName } from './newName';
import { textKind } from './textKind';
import { typoBetween } from './typo';
import { hasWord, wordParts, wordsOf } from './identifiers';

/** A word and the text around it, line ends LF. */
export interface WrittenWord {
  readonly language: string;
  /** Everything before the word, as far as the prompt reaches, and all words that are known there. */
  readonly before: string;
  readonly word: string;
  /** What follows it, typed or about to be accepted; it is evidence, and `mostFollowing` characters of it are enough. */
  readonly following: string;
  /** What stands in the file behind that. */
  readonly after: string;
  /** Whether the word ends here, or may go on being typed. */
  readonly isFinished: boolean;
  /** Whether a word stands in another open file: then it is no typo. Asked only about words that have another reading. */
  readonly isKnown?: (word: string) => Promise<boolean>;
}

/** Another way to read a word, or its beginning. */
export interface Reading {
  /** What should stand there instead of what is written. */
  readonly text: string;
  /** A word of the file: the text itself, or what the text is the beginning of. */
  readonly word: string;
  /** See Typo. */
  readonly typoBits: number;
}

export interface Repair extends Reading {
  readonly written: string;
  /** All words of the file that are read so: more than one may begin like that. */
  readonly words: readonly string[];
  /** By how many bits this reading is likelier than what is written, the typo paid for. */
  readonly gainBits: number;
}

/**
 * Bits that a repair must gain to be offered. Fitted on the development files, so that of 1,000 right identifiers at most
 * one gets a wrong repair; a word that may go on has shown less of itself.
 */
export const leastGainBits = { finished: 6, unfinished: 8 } as const;
/** Bits by which the best repair must be ahead of the second one. */
const leastLeadBits = 3;

const shortestWritten = 4;
const shortestMeant = 4;
const shortestSwapped = 3;
/** In UTF-16 code units. */
export const mostFollowing = 24;
/** What follows a written word: the rest of its line, its end included, and what is below. */
export const cutFollowing = (line: string, below: string): Pick<WrittenWord, 'following' | 'after'> => ({
  following: line.slice(0, mostFollowing),
  after: line.slice(mostFollowing) + below,
});

/** A word with more likely readings than this is left alone. */
const mostReadings = 6;

/** Text in which words are prose is none where a word can be taken for an identifier. */
const proseLanguages = new Set(
  'plaintext markdown html xml xsl svg latex tex bibtex restructuredtext asciidoc diff log csv git-commit git-rebase scminput'.split(
    ' ',
  ),
);

/** What the word may have been meant to be; mostly nothing. */
export function readingsOf(place: WrittenWord): Reading[] {
  const { word, before, following, after, isFinished, language } = place;
  if (word.length < shortestWritten || proseLanguages.has(language) || keywords.has(word)) return [];
  const rest = following + after;
  if (hasWord(before, word, { asStart: !isFinished }) || hasWord(rest, word, { asStart: !isFinished })) return [];
  const known = [...wordsOf(`${before}\n${rest}`)];
  const readings = known.flatMap((one) => (isFinished ? finished(word, one) : unfinished(word, one)));
  if (readings.length === 0) return [];
  // Taking every word apart would take milliseconds of the extension host.
  const isPart = (part: string) =>
    known.some((one) => one.toLowerCase().includes(part) && wordParts(one).includes(part));
  // What differs is a word of its own that is known here: `setName` is no typo of `getName` where `setSize` stands.
  const real = readings.filter(({ text }) => isSlip(word, text, isPart));
  if (real.length === 0 || real.length > mostReadings) return [];
  if (isNewName(before.slice(before.lastIndexOf('\n') + 1), following, language)) return [];
  return textKind(before, language) === 'code' ? real : [];
}

/**
 * Whether what differs is no word of its own that is known here: `setName` is no typo of `getName` where `setSize` stands.
 * Short parts tell variants apart more often than they are mistyped: `sink_st` and `sink_mt`.
 */
function isSlip(written: string, meant: string, isKnown: (part: string) => boolean): boolean {
  const [writtenParts, meantParts] = [wordParts(written), wordParts(meant)];
  const wrong = writtenParts.filter((part) => !meantParts.includes(part));
  const right = meantParts.filter((part) => !writtenParts.includes(part));
  const isSwapped = typoBetween(written, meant)?.kind === 'swapped';
  const shortest = isSwapped ? shortestSwapped : shortestMeant;
  return right.every((part) => part.length >= shortest) && wrong.some((part) => !isKnown(part));
}

function finished(written: string, word: string): Reading[] {
  const typo = word.length < shortestMeant ? undefined : typoBetween(written, word);
  return typo ? [{ text: word, word, typoBits: typo.bits }] : [];
}

/** The beginnings of a word that a misspelt beginning may stand for, with the letter behind the typo typed already. */
function unfinished(written: string, word: string): Reading[] {
  return [-1, 0, 1].flatMap((longer) => {
    const text = word.slice(0, written.length + longer);
    if (text.length < written.length + longer || text.length < shortestMeant) return [];
    const isSettled = text.at(-1) === written.at(-1) || text === word;
    const typo = isSettled ? typoBetween(written, text) : undefined;
    return typo ? [{ text, word, typoBits: typo.bits }] : [];
  });
}

/** The texts to score after `before`: of each reading in turn, then of what is written. */
export const targetsOf = ({ word, following }: WrittenWord, readings: readonly Reading[]): string[] =>
  [...readings.map(({ text }) => text), word].map((text) => text + following);

/** The best reading and its gain, given the bits of all targets. */
export function bestOf(place: WrittenWord, readings: readonly Reading[], bits: readonly number[]): Repair | undefined {
  const written = bits.at(-1) ?? 0;
  const ranked = readings
    .map((reading, i): Repair => ({
      ...reading,
      written: place.word,
      words: readings.filter(({ text }) => text === reading.text).map(({ word: one }) => one),
      gainBits: written - (bits[i] ?? Infinity) - reading.typoBits,
    }))
    .sort((a, b) => b.gainBits - a.gainBits);
  const [best] = ranked;
  const second = ranked.find(({ text }) => text !== best?.text);
  if (best && second && best.gainBits - second.gainBits < leastLeadBits) return undefined;
  return best;
}

/** Whom to ask about a word, and of which file it is. */
export interface Asking {
  readonly path: string;
  readonly engine: Pick<Engine, 'score'>;
  readonly signal?: AbortSignal;
}

/** The best repair of a word, worth offering or not. It asks the engine only about words that have another reading. */
export async function bestRepair(place: WrittenWord, { path, engine, signal }: Asking): Promise<Repair | undefined> {
  const readings = readingsOf(place);
  if (readings.length === 0 || (await place.isKnown?.(place.word))) return undefined;
  const request = {
    path,
    prefix: encodeUtf8(place.before),
    suffix: encodeUtf8(place.after),
    targets: targetsOf(place, readings).map(encodeUtf8),
  };
  const { bits } = await engine.score(request, signal);
  const sums = bits.map((ofTarget) => ofTarget.reduce((sum, one) => sum + one, 0));
  return bestOf(place, readings, sums);
}

export const isWorthOffering = ({ isFinished }: WrittenWord, { gainBits }: Repair): boolean =>
  gainBits >= (isFinished ? leastGainBits.finished : leastGainBits.unfinished);

/** The repair to offer for a word, if there is one. */
export async function findRepair(place: WrittenWord, asking: Asking): Promise<Repair | undefined> {
  const best = await bestRepair(place, asking);
  return best && isWorthOffering(place, best) ? best : undefined;
}
