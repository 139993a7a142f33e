/**
 * The byte format (docs/architecture.md): a request or a document becomes byte ids.
 *
 *     BOS  PATH file-name  [SUFFIX text-after-cursor]  PREFIX text-before-cursor
 */

import type { CompleteRequest } from './engine';
import type { Manifest, Sentinels } from './manifest';
import { characterFrom, isContinuation, withoutUnfinished } from './utf8';

type PromptShape = Pick<Manifest, 'context' | 'sentinels'>;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const questionMark = 0x3f;

/** The ids of a completion's prompt. */
export function completePrompt(
  request: Pick<CompleteRequest, 'path' | 'prefix' | 'suffix'>,
  manifest: Manifest,
): Uint16Array {
  const { sentinels, context } = manifest;
  const prefix = promptText(request.prefix, sentinels);
  const shown = prefix.subarray(anchoredStart(prefix, manifest));
  if (sentinels === null) return ids([shown], manifest);
  const parts = [Uint8Array.of(sentinels.path), fileName(request.path, context.maxPathBytes)];
  // Twice the room is enough even if every byte is half a line end.
  const suffix = promptText(request.suffix.subarray(0, 2 * context.maxSuffixBytes), sentinels);
  const near =
    suffix.length > context.maxSuffixBytes ? withoutUnfinished(suffix.subarray(0, context.maxSuffixBytes)) : suffix;
  if (near.length > 0) parts.push(Uint8Array.of(sentinels.suffix), near);
  return ids([...parts, Uint8Array.of(sentinels.prefix), shown], manifest);
}

/** The ids that stand before a document whose entropies are measured. */
export function measureHeader({ bos, idOffset, sentinels }: Manifest): readonly number[] {
  return sentinels === null ? [bos] : [bos, sentinels.prefix + idOffset];
}

/**
 * Where the part of the prefix that the model sees starts. It depends on the prefix alone and hardly ever moves when text
 * is appended, because all that was computed behind it is lost when it does: it jumps by a quarter of the context, to the
 * first line start there, or to a character if the line is long.
 */
export function anchoredStart(prefix: Uint8Array, manifest: PromptShape): number {
  const room = prefixRoom(manifest);
  if (prefix.length <= room) return 0;
  const step = anchorStep(manifest);
  const earliest = Math.ceil((prefix.length - room) / step) * step;
  // More than room − step bytes follow `earliest`, so text that is appended later cannot change what is found here.
  const line = prefix.subarray(earliest - 1, earliest + Math.floor(step / 2)).indexOf(lineFeed);
  return line >= 0 ? earliest + line : characterFrom(prefix, earliest);
}

/** The distance of two anchors: a quarter of the context, less if path and suffix take most of it. */
export function anchorStep(manifest: PromptShape): number {
  return Math.floor(Math.min(manifest.context.maxBytes / 4, prefixRoom(manifest) / 2));
}

/**
 * Bytes of the prefix that fit beside as much path and suffix as there may be, since a longer suffix must not move the
 * prefix, and beside what will be generated: a sixteenth of the context.
 */
export function prefixRoom({ context, sentinels }: PromptShape): number {
  const header = sentinels === null ? 1 : 4 + context.maxPathBytes + context.maxSuffixBytes;
  return context.maxBytes - header - Math.floor(context.maxBytes / 16);
}

/** LF line ends, and '?' for sentinel values, which only text that is no UTF-8 can hold. */
export function promptText(text: Uint8Array, sentinels: Sentinels | null): Uint8Array {
  const taboo = new Set(sentinels === null ? [] : Object.values(sentinels));
  const out = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i] as number;
    if (byte === carriageReturn && text[i + 1] === lineFeed) continue;
    out[length++] = byte > 0xbf && taboo.has(byte) ? questionMark : byte;
  }
  return out.subarray(0, length);
}

/** The last part of a path, its end if it is too long: the extension says most. */
function fileName(path: string, maxBytes: number): Uint8Array {
  const bytes = new TextEncoder().encode(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
  let start = Math.max(0, bytes.length - maxBytes);
  while (isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
}

function ids(parts: readonly Uint8Array[], { bos, idOffset }: Manifest): Uint16Array {
  const out = new Uint16Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  out[0] = bos;
  let at = 1;
  for (const part of parts) for (const byte of part) out[at++] = byte + idOffset;
  return out;
}
