/** Bytes with what was measured of them: a part of a document, and as a table for other programs. */
import { candidatesPerByte, type ByteOffset, type Measurement } from './engine';
import { byteOffset } from './bytes';
import { hex, glyphs } from './glyphs';
import { bitsPerNat } from './heatMap';

/** A measurement beside the bytes that it is of. */
export interface MeasuredBytes extends Omit<Measurement, 'evaluatedBytes'> {
  readonly bytes: Uint8Array;
}

/** The bytes of a document from `start` up to but without `end`, as far as they are measured. */
export function measuredPart(
  document: Uint8Array,
  measurement: Measurement,
  range: { readonly start: ByteOffset; readonly end: ByteOffset },
): MeasuredBytes {
  const known = measurement.start;
  const start = Math.max(known, range.start);
  const end = Math.max(start, Math.min(known + measurement.entropyNats.length, range.end));
  const part = <T extends Float32Array | Uint8Array>(values: T, each = 1) =>
    values.slice((start - known) * each, (end - known) * each) as T;
  return {
    start: byteOffset(start),
    bytes: document.slice(start, end),
    entropyNats: part(measurement.entropyNats),
    surprisalNats: part(measurement.surprisalNats),
    ranks: part(measurement.ranks),
    patchStart: part(measurement.patchStart),
    candidateBytes: part(measurement.candidateBytes, candidatesPerByte),
    candidateProbabilities: part(measurement.candidateProbabilities, candidatesPerByte),
    thresholdNats: measurement.thresholdNats,
  };
}

/** What an exported table is about. */
export interface TableFacts {
  readonly file: string;
  readonly model: string;
}

const toBits = (nats: number) => nats * bitsPerNat;

/** RFC 4180, with a line of names. Offsets count bytes from the start of the document, with LF line ends. */
export function measuredCsv(measured: MeasuredBytes): string {
  const { start, bytes, entropyNats, surprisalNats, patchStart, candidateBytes, candidateProbabilities } = measured;
  const ranks = Array.from({ length: candidatesPerByte }, (_, rank) => rank);
  const names = ['offset', 'hex', 'character', 'entropy_bits', 'surprisal_bits', 'patch_start'];
  const head = [...names, ...ranks.flatMap((rank) => [`candidate_${rank + 1}`, `probability_${rank + 1}`])];
  const characters = glyphs(bytes);
  const rows = Array.from(bytes, (byte, i) => [
    start + i,
    hex(byte),
    characters[i] ?? '',
    toBits(entropyNats[i] ?? 0),
    toBits(surprisalNats[i] ?? 0),
    patchStart[i] ?? 0,
    ...ranks.flatMap((rank) => {
      const at = i * candidatesPerByte + rank;
      return [hex(candidateBytes[at] ?? 0), candidateProbabilities[at] ?? 0];
    }),
  ]);
  return [head, ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The entries of `bytewise entropy --json`, for a part of a file: patch starts and `start` count from the start of the document. */
export function measuredJson(measured: MeasuredBytes, { file, model }: TableFacts): string {
  const { start, bytes, entropyNats, surprisalNats, patchStart, thresholdNats } = measured;
  const patchStarts: number[] = [];
  patchStart.forEach((starts, i) => {
    if (starts) patchStarts.push(start + i);
  });
  return `${JSON.stringify({
    file,
    model,
    start,
    bytes: bytes.length,
    values: Array.from(bytes),
    entropyBits: Array.from(entropyNats, toBits),
    surprisalBits: Array.from(surprisalNats, toBits),
    patchStarts,
    threshold: thresholdNats === null ? null : toBits(thresholdNats),
    thresholdNats,
    candidates: Array.from(bytes, (_, i) => ({
      bytes: Array.from(measured.candidateBytes.subarray(i * candidatesPerByte, (i + 1) * candidatesPerByte)),
      probabilities: Array.from(
        measured.candidateProbabilities.subarray(i * candidatesPerByte, (i + 1) * candidatesPerByte),
      ),
    })),
  })}\n`;
}
