/** What is known of some bytes of a text from an earlier version of it, so that after an edit or scrolling only the rest is measured. */
import { byteOffset } from './bytes';
import { candidatesPerByte, type ByteOffset, type MeasureRequest, type Measurement } from './engine';
import type { MeasuredBytes } from './measuredBytes';
import { commonEnds } from './pieces';

export interface ByteRange {
  readonly start: ByteOffset;
  readonly end: ByteOffset;
}

/** A measured part of a text. */
export interface KnownBytes {
  readonly text: Uint8Array;
  readonly measured: MeasuredBytes;
}

/** Numbers of each byte, and how many of them. */
const planes = [
  ['entropyNats', 1],
  ['surprisalNats', 1],
  ['ranks', 1],
  ['patchStart', 1],
  ['candidateBytes', candidatesPerByte],
  ['candidateProbabilities', candidatesPerByte],
] as const;

/** Numbers for `range` of `text`, those of `known` where they still hold, and the bytes from the first to the last of the others. */
export function carryOver(
  known: KnownBytes | undefined,
  text: Uint8Array,
  range: ByteRange,
  thresholdNats: number | null,
  /** Bytes before a byte that its numbers depend on. */
  reach: number,
): { measured: MeasuredBytes; missing: ByteRange | undefined } {
  const measured = empty(text, range, thresholdNats);
  let { start, end }: { start: number; end: number } = range;
  const stretches = known ? stretchesIn(known, text, reach) : [];
  for (const { from, to, entry } of stretches) {
    const [first, last] = [Math.max(from, range.start), Math.min(to, range.end)];
    if (known && first < last) copy(known.measured, entry + first - from, measured, first - range.start, last - first);
    if (first <= start && start < last) start = last;
  }
  for (const { from, to } of stretches.toReversed()) if (from < end && end <= to) end = from;
  return { measured, missing: start < end ? { start: byteOffset(start), end: byteOffset(end) } : undefined };
}

/** The bytes of `text` whose numbers are known: those before the edit, and those so far behind it that they depend on nothing of it. */
function stretchesIn({ text: before, measured }: KnownBytes, text: Uint8Array, reach: number) {
  const { prefix, suffix } = commonEnds(before, text);
  const grown = text.length - before.length;
  const [first, last] = [measured.start, measured.start + measured.bytes.length];
  const kept = Math.max(first + grown, text.length - suffix + reach);
  return [
    { from: first, to: Math.min(last, prefix), entry: 0 },
    { from: kept, to: last + grown, entry: kept - grown - first },
  ];
}

/** Windows begin at multiples of so many bytes, where the engine may have begun before: it goes on from what it keeps. */
const windowGrid = 4096;

/** The request for some bytes: with as much of the text before them as they depend on, or with all of it. */
export function requestFor(text: Uint8Array, { start, end }: ByteRange, reach: number): MeasureRequest {
  const from = reach === Infinity ? 0 : Math.max(0, Math.floor((start - reach) / windowGrid) * windowGrid);
  const window = { start: byteOffset(start - from), end: byteOffset(end - from) };
  return { text: text.subarray(from, end), ...window, isPart: from > 0 };
}

/** Writes what was measured of `range` to its place. */
export function fillIn(measured: MeasuredBytes, range: ByteRange, measurement: Measurement): void {
  copy(measurement, 0, measured, range.start - measured.start, range.end - range.start);
}

type Planes = Pick<Measurement, (typeof planes)[number][0]>;

function copy(from: Planes, entry: number, to: Planes, at: number, count: number): void {
  for (const [name, each] of planes) to[name].set(from[name].subarray(entry * each, (entry + count) * each), at * each);
}

function empty(text: Uint8Array, { start, end }: ByteRange, thresholdNats: number | null): MeasuredBytes {
  const count = end - start;
  return {
    start,
    bytes: text.slice(start, end),
    entropyNats: new Float32Array(count),
    surprisalNats: new Float32Array(count),
    ranks: new Uint8Array(count),
    patchStart: new Uint8Array(count),
    candidateBytes: new Uint8Array(count * candidatesPerByte),
    candidateProbabilities: new Float32Array(count * candidatesPerByte),
    thresholdNats,
  };
}
