/** What the model makes of a line as it might be, beside the line as it stands. */
import { encodeUtf8 } from '../core/bytes';
import type { ByteOffset, Engine } from '../core/engine';
import { byteOffset } from '../core/bytes';
import type { ComparedLines } from '../core/inspectorMessages';
import { measuredPart } from '../core/measuredBytes';
import type { InspectedText } from './inspectedEditor';

const lineFeed = 0x0a;

/** `start` is the first byte of the line in the document; both lines are measured with the text before them. */
export async function compareLines(
  engine: Engine,
  { text }: Pick<InspectedText, 'text'>,
  start: ByteOffset,
  line: string,
  signal: AbortSignal,
): Promise<ComparedLines> {
  const found = text.bytes.indexOf(lineFeed, start);
  const end = found < 0 ? text.bytes.length : found + 1;
  const typed = encodeUtf8(line.replaceAll(/[\r\n]/g, ' '));
  const lineEnd = text.bytes.subarray(found < 0 ? end : found, end);
  // What stands behind the line has no say in what is predicted in it.
  const after = new Uint8Array(start + typed.length + lineEnd.length);
  after.set(text.bytes.subarray(0, start));
  after.set(typed, start);
  after.set(lineEnd, start + typed.length);
  const measure = async (bytes: Uint8Array, to: number) => {
    const range = { start, end: byteOffset(to) };
    return measuredPart(bytes, await engine.measure({ text: bytes, ...range }, signal), range);
  };
  const [before, edited] = await Promise.all([measure(text.bytes, end), measure(after, after.length)]);
  return { before, after: edited };
}
