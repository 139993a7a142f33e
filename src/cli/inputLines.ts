/**
 * Lines of a byte stream, each as soon as its line feed is there. Not `node:readline`: that also ends lines at U+2028,
 * which JSON allows inside of a string.
 */

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Lines without their line ends, LF or CRLF; the last one need not have any. Empty lines come too. */
export async function* inputLines(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  // Kept in pieces, because joining at every chunk would take quadratic time for a very long line.
  let pieces: Buffer[] = [];
  for await (const data of input) {
    let chunk: Buffer = Buffer.from(data);
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed)) {
      yield joined([...pieces, chunk.subarray(0, end)]);
      pieces = [];
      chunk = chunk.subarray(end + 1);
    }
    if (chunk.length > 0) pieces.push(chunk);
  }
  if (pieces.length > 0) yield joined(pieces);
}

function joined(pieces: readonly Buffer[]): Buffer {
  const line = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}
