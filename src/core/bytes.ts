/** UTF-8 bytes of a text, and the way between places counted in bytes and places counted in UTF-16 code units. */
import type { ByteOffset, Utf16Offset } from './engine';
import { isContinuation } from './utf8';

const encoder = new TextEncoder();
// A byte order mark is a character of the file like any other, so it is not swallowed.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const byteOffset = (offset: number) => offset as ByteOffset;
export const utf16Offset = (offset: number) => offset as Utf16Offset;

/** UTF-8 of a text; a lone surrogate, which UTF-8 cannot say, becomes U+FFFD. */
export const encodeUtf8 = (text: string): Uint8Array => encoder.encode(text);

/** The text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
export const decodeUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

const isHighSurrogate = (unit: number) => (unit & 0xfc00) === 0xd800;
const isLowSurrogate = (unit: number) => (unit & 0xfc00) === 0xdc00;

/**
 * For each UTF-16 code unit, and for the end, the offset of the first byte of its character. Both units of a surrogate
 * pair have the same one.
 */
function byteOffsetOfUnits(text: string): Uint32Array {
  const offsets = new Uint32Array(text.length + 1);
  let byte = 0;
  for (let unit = 0; unit < text.length; unit++) {
    offsets[unit] = byte;
    const code = text.charCodeAt(unit);
    if (code < 0x80) byte += 1;
    else if (code < 0x800) byte += 2;
    else if (isHighSurrogate(code) && isLowSurrogate(text.charCodeAt(unit + 1))) {
      offsets[++unit] = byte;
      byte += 4;
    } else byte += 3;
  }
  offsets[text.length] = byte;
  return offsets;
}

/** A text beside its UTF-8 bytes. */
export class Utf8Text {
  readonly bytes: Uint8Array;
  /** Left out when every code unit is one byte, as in most source files. */
  private readonly byteOfUnit: Uint32Array | undefined;

  constructor(readonly text: string) {
    this.bytes = encodeUtf8(text);
    this.byteOfUnit = this.bytes.length === text.length ? undefined : byteOffsetOfUnits(text);
  }

  /** The first byte of the character at a place, which may lie inside of a surrogate pair. */
  byteAt(place: Utf16Offset): ByteOffset {
    const unit = Math.min(Math.max(place, 0), this.text.length);
    return byteOffset(this.byteOfUnit?.[unit] ?? unit);
  }

  /** The first code unit of the character that a byte belongs to. */
  utf16At(place: ByteOffset): Utf16Offset {
    const byte = Math.min(Math.max(place, 0), this.bytes.length);
    const offsets = this.byteOfUnit;
    if (!offsets) return utf16Offset(byte);
    // The first unit whose character starts at or after the byte.
    let low = 0;
    let high = this.text.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((offsets[middle] ?? 0) < byte) low = middle + 1;
      else high = middle;
    }
    // Inside of a character that is the one behind it, so step back to where the byte's own character starts.
    if (offsets[low] !== byte) low--;
    if (low > 0 && offsets[low - 1] === offsets[low]) low--;
    return utf16Offset(low);
  }

  /** The bytes of the character that a byte belongs to: from `start` up to but without `end`. */
  characterAt(place: ByteOffset): { start: ByteOffset; end: ByteOffset } {
    let start: number = place;
    while (start > 0 && isContinuation(this.bytes[start])) start--;
    let end = start + 1;
    while (end < this.bytes.length && isContinuation(this.bytes[end])) end++;
    return { start: byteOffset(start), end: byteOffset(end) };
  }
}

/** Letters, digits, `_`, `$` and every byte of a character beyond ASCII. */
export function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x5f ||
    byte === 0x24 ||
    (byte >= 0x80 && byte <= 0xff)
  );
}
