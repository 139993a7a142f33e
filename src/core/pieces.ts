/** How bytes are cut into pieces: patches by entropy, of a fixed length or at spaces, or tokens. */
import type { ByteOffset } from './engine';
import { startsPatch } from './patcher';
import { isContinuation } from './utf8';

/** One number for each byte: 1 where a piece starts. */
export type Starts = Uint8Array;

/** `firstPosition`: the position of the first byte, counted from BOS. `entropyNats` are those of the predictions for the bytes. */
export function entropyStarts(entropyNats: Float32Array, thresholdNats: number, firstPosition: number): Starts {
  return Uint8Array.from(entropyNats, (nats, i) => (startsPatch(firstPosition + i, nats, thresholdNats) ? 1 : 0));
}

/** Patches of a fixed length, as in MEGABYTE, counted from BOS. */
export function fixedStarts(count: number, length: number, firstPosition: number): Starts {
  return Uint8Array.from({ length: count }, (_, i) => ((firstPosition + i) % length === 0 ? 1 : 0));
}

/**
 * The rule of SpaceByte (arXiv 2404.14408) as BLT takes it over: a patch ends with a space-like byte that follows one that is not
 * space-like. `before` are the bytes before the first one, two of them if there are so many; the start of a text starts a patch.
 */
export function spaceStarts(bytes: Uint8Array, before: Uint8Array): Starts {
  const all = new Uint8Array(before.length + bytes.length);
  all.set(before);
  all.set(bytes, before.length);
  return Uint8Array.from(bytes, (_, i) => {
    const at = before.length + i;
    if (at === 0) return 1;
    const ends = isSpaceLike(all[at - 1]) && (at < 2 || !isSpaceLike(all[at - 2]));
    return ends ? 1 : 0;
  });
}

/** Neither a letter nor a digit of ASCII, nor inside of a character; the first byte of a longer character is space-like. */
function isSpaceLike(byte = 0): boolean {
  const isWord = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  return !isWord && !isContinuation(byte);
}

/** Pieces that follow each other from the first byte on, of these lengths in bytes. */
export function startsOf(lengths: readonly number[]): Starts {
  const starts = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const length of lengths) {
    if (length > 0) starts[at] = 1;
    at += length;
  }
  return starts;
}

/** A piece, or what is seen of it: from `start` up to but without `end`, counted from the first byte that is seen. */
export interface Piece {
  readonly start: ByteOffset;
  readonly end: ByteOffset;
}

/** The pieces of bytes, the first of which may have begun before them. */
export function piecesOf(starts: Starts): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (let i = 1; i <= starts.length; i++) {
    if (i < starts.length && !starts[i]) continue;
    pieces.push({ start: start as ByteOffset, end: i as ByteOffset });
    start = i;
  }
  return pieces;
}

export interface PieceCount {
  /** Pieces that start within the bytes. */
  readonly pieces: number;
  /** Bytes for each of them; undefined without one. */
  readonly averageBytes: number | undefined;
  readonly longestBytes: number;
}

export function countPieces(starts: Starts): PieceCount {
  const pieces = starts.reduce((sum, starts) => sum + starts, 0);
  const longestBytes = piecesOf(starts).reduce((longest, { start, end }) => Math.max(longest, end - start), 0);
  return { pieces, averageBytes: pieces === 0 ? undefined : starts.length / pieces, longestBytes };
}

/** A text that is cut into pieces. */
export interface CutText {
  readonly bytes: Uint8Array;
  readonly starts: Starts;
}

/** What two texts have in common at their start and, not overlapping that, at their end, in bytes. */
export function commonEnds(
  before: Uint8Array,
  after: Uint8Array,
): { readonly prefix: number; readonly suffix: number } {
  const most = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < most && before[prefix] === after[prefix]) prefix++;
  let suffix = 0;
  while (suffix < most - prefix && before[before.length - 1 - suffix] === after[after.length - 1 - suffix]) suffix++;
  return { prefix, suffix };
}

/** For each piece of both texts, whether the other one does not have it at the same place of the unchanged text. */
export function changedPieces(
  before: CutText,
  after: CutText,
): { readonly before: boolean[]; readonly after: boolean[] } {
  const ends = commonEnds(before.bytes, after.bytes);
  const changed = (one: CutText, other: CutText): boolean[] => {
    const others = new Set(piecesOf(other.starts).map(({ start, end }) => `${start}-${end}`));
    const shift = other.bytes.length - one.bytes.length;
    return piecesOf(one.starts).map(({ start, end }) => {
      if (end <= ends.prefix && others.has(`${start}-${end}`)) return false;
      return start < one.bytes.length - ends.suffix || !others.has(`${start + shift}-${end + shift}`);
    });
  };
  return { before: changed(before, after), after: changed(after, before) };
}
