/** The model reads LF line ends only. A text with CRLF is read as if its line ends were LF. */

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export interface LineFeedText {
  readonly bytes: Uint8Array;
  /** For each byte of the original, its place in `bytes`; both bytes of a CRLF stand for the one LF. */
  readonly placeOf: Uint32Array;
}

/** Whether the byte at `i` is the LF of a CRLF. */
export const endsCrLf = (text: Uint8Array, i: number): boolean =>
  text[i] === lineFeed && text[i - 1] === carriageReturn;

/** Length of a UTF-8 byte order mark at the start: it says how a file is encoded and is no text. */
export const byteOrderMarkLength = (text: Uint8Array): number =>
  text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0;

export function withLineFeedsOnly(text: Uint8Array): LineFeedText {
  const bytes = new Uint8Array(text.length);
  const placeOf = new Uint32Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    placeOf[i] = length;
    if (text[i] === carriageReturn && text[i + 1] === lineFeed) continue;
    bytes[length++] = text[i] as number;
  }
  return { bytes: bytes.subarray(0, length), placeOf };
}
