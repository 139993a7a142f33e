/** `entropy FILE`: what the entropy model makes of each byte, as colours or as JSON. */
import { byteOffset } from '../core/bytes';
import type { Engine } from '../core/engine';
import { bitsPerNat } from '../core/heatMap';
import type { Messages } from './output';

/** The entropies of a whole file; index i speaks of byte i. */
export interface FileEntropies {
  readonly nats: Float32Array;
  /** 1 where a patch starts. */
  readonly patchStart: Uint8Array;
  readonly thresholdNats: number | null;
}

/** A large file is measured in ranges, because an answer is many times as large as its range. */
const rangeBytes = 1_048_576;

export async function measureFile(engine: Engine, text: Uint8Array, messages: Messages): Promise<FileEntropies> {
  const { thresholdNats } = await engine.load();
  const nats = new Float32Array(text.length);
  const patchStart = new Uint8Array(text.length);
  try {
    for (let start = 0; start < text.length; start += rangeBytes) {
      const end = Math.min(start + rangeBytes, text.length);
      const range = await engine.measure(
        { text, start: byteOffset(start), end: byteOffset(end), candidates: false },
        undefined,
        (bytes) => {
          messages.progress(`Measured ${kilobytes(start + bytes)} of ${kilobytes(text.length)} KB …`);
        },
      );
      nats.set(range.entropyNats, start);
      patchStart.set(range.patchStart, start);
    }
  } finally {
    messages.progress('');
  }
  return { nats, patchStart, thresholdNats };
}

const kilobytes = (bytes: number) => Math.round(bytes / 1024);

const pieceLength = 8_192;

/** One JSON object in pieces, since that of a large file is longer than a string may be. */
export function* entropyJson({ nats, patchStart, thresholdNats }: FileEntropies): Generator<string> {
  yield `{"bytes":${nats.length},"entropyBits":[`;
  for (let start = 0; start < nats.length; start += pieceLength) {
    const bits = Array.from(nats.subarray(start, start + pieceLength), (value) => value * bitsPerNat);
    yield (start > 0 ? ',' : '') + JSON.stringify(bits).slice(1, -1);
  }
  yield '],"patchStarts":[';
  let separator = '';
  for (let start = 0; start < patchStart.length; start += pieceLength) {
    const offsets = patchStarts(patchStart.subarray(start, start + pieceLength)).map((offset) => start + offset);
    if (offsets.length === 0) continue;
    yield separator + offsets.join(',');
    separator = ',';
  }
  yield `],"threshold":${thresholdNats === null ? null : thresholdNats * bitsPerNat},"thresholdNats":${thresholdNats}}\n`;
}

export function patchStarts(marks: Uint8Array): number[] {
  const offsets: number[] = [];
  for (let offset = marks.indexOf(1); offset >= 0; offset = marks.indexOf(1, offset + 1)) offsets.push(offset);
  return offsets;
}

/** What the marks mean and how many there are. */
export function summary({ nats, patchStart, thresholdNats }: FileEntropies): string {
  const patches = patchStarts(patchStart).length;
  const counts = `${nats.length} ${nats.length === 1 ? 'byte' : 'bytes'} in ${patches} ${patches === 1 ? 'patch' : 'patches'}`;
  if (thresholdNats === null) return `patches of a fixed length; ${counts}`;
  return `patch start: entropy above ${(thresholdNats * bitsPerNat).toFixed(2)} bits; ${counts}`;
}
