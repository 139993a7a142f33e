/** Keystrokes saved on held-out segments, for all gates, delays and users at once: the completer is asked once per place. */

import { decodeUtf8, encodeUtf8 } from '../src/core/bytes';
import type { StopReason } from '../src/core/engine';
import { suggest } from '../src/core/suggestion';
import { withoutUnfinished } from '../src/core/utf8';
import type { Completer, Completion } from './completer';
import { lastBytes, windowBytes, type Sampled } from './data';
import { type, type Offer, type Rules, type Typing } from './keystrokes';
import { typos } from './noise';

/** Nothing below this is ever shown, so the engine need not go on. */
const lowestGate = 0.02;
/** The product's default length. */
const limits = { maxBytes: 64, minConfidence: lowestGate };

export const confidenceGates = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
export const matchGates = [3, 4, 6, 8, 12, 16, 24, 32];
export const delays = [0, 2, 3, 4];

/**
 * `line`: the whole line, if the model is sure enough of all of it, as the protocol has it. `shown`: what the extension
 * shows at this gate, which ends where the model becomes unsure.
 */
export type Policy = 'line' | 'shown';

export interface TypedSegment {
  readonly fileId: string;
  readonly policy: Policy;
  readonly rules: Required<Rules>;
  readonly noisyBefore: boolean;
  readonly typing: Typing;
}

/** A segment that is typed, and the text that stands before it, with typos or without. */
export function textsOf(file: Sampled, noisyBefore: boolean): { readonly before: string; readonly segment: string } {
  const [start, end] = file.segment ?? [0, 0];
  const cleanBefore = lastBytes(file.text.slice(0, start), windowBytes);
  const seed = `noise-v1|T-MIX|0.03|0|${file.package}|${file.path}|${file.start + start}`;
  const noisy = () => typos(cleanBefore, file.language, seed, { rate: 0.03, classes: 'icsx' }).text;
  return { before: noisyBefore ? noisy() : cleanBefore, segment: file.text.slice(start, end) };
}

export async function typeSegment(completer: Completer, file: Sampled, noisyBefore: boolean): Promise<TypedSegment[]> {
  const { package: name, path } = file;
  const fileId = `${name}|${path}`;
  const { before, segment } = textsOf(file, noisyBefore);
  /** By length of the prefix: what is typed is always the same text. */
  const known: (Completion | undefined)[] = [];
  const chain = async (prefix: string): Promise<Completion> => {
    // A copy needs its window; the engine's own stands still while the text grows.
    const seen = () => (completer.score === undefined ? lastBytes(prefix, windowBytes) : prefix);
    const prompt = () => ({ package: name, path, prefix: seen(), suffix: '' });
    return (known[prefix.length] ??= await completer.complete(prompt(), limits));
  };
  const out: TypedSegment[] = [];
  const isFloor = completer.score === undefined;
  for (const policy of isFloor ? (['line'] as const) : (['line', 'shown'] as const)) {
    for (const gate of isFloor ? matchGates : confidenceGates) {
      const offer = async (prefix: string) => offered(await chain(prefix), prefix, policy, gate);
      for (const rules of [...delays.map((delay) => ({ delay, byWord: false })), { delay: 0, byWord: true }]) {
        const typing = await type(before, segment, offer, { gate, ...rules });
        out.push({ fileId, policy, rules: { gate, ...rules }, noisyBefore, typing });
      }
    }
  }
  return out;
}

export function offered(completion: Completion, prefix: string, policy: Policy, gate: number): Offer {
  const { text, confidences, stop, matched } = completion;
  if (matched !== undefined) return { text, confidence: matched };
  // The model stopped below the lowest gate, before the end of the line.
  if (policy === 'line') return { text, confidence: stop === 'unsure' ? 0 : (confidences.at(-1) ?? 1) };
  const around = { prefix: encodeUtf8(prefix), suffix: new Uint8Array() };
  const suggestion = suggest(atGate(completion, gate), around, { gate });
  return suggestion.shown ? { text: suggestion.text, confidence: 1 } : { text: '', confidence: 0 };
}

/** What the engine would have answered if it had been asked with this gate. */
function atGate(
  { text, probabilities, confidences, stop, doubtedByte }: Completion,
  gate: number,
): Parameters<typeof suggest>[0] {
  const bytes = encodeUtf8(text);
  const cut = confidences.findIndex((confidence) => confidence < gate);
  const kept = cut < 0 ? bytes : withoutUnfinished(bytes.subarray(0, cut));
  const doubted = cut < 0 ? doubtedByte : bytes[cut];
  const reason: StopReason = cut < 0 ? stop : 'unsure';
  return {
    bytes: kept,
    probabilities: Float32Array.from(probabilities.slice(0, kept.length)),
    confidences: Float32Array.from(confidences.slice(0, kept.length)),
    stop: reason,
    ...(doubted !== undefined && { doubtedByte: doubted }),
    patches: 0,
    reusedBytes: 0,
    prefilledBytes: 0,
    firstByteMs: 0,
    ms: 0,
  };
}

/** Bits of whole files, read in windows: `context` bytes before each stretch of `stride` bytes. */
export async function fileBits(
  completer: Completer,
  file: Sampled,
  { context, stride }: { readonly context: number; readonly stride: number },
): Promise<{ readonly bits: number; readonly bytes: number }> {
  const bytes = encodeUtf8(file.text);
  let bits = 0;
  for (let at = 0; at < bytes.length;) {
    const stretch = decodeUtf8(withoutUnfinished(bytes.subarray(at, at + stride)));
    const prefix = lastBytes(decodeUtf8(bytes.subarray(0, at)), context);
    const parts =
      (await completer.score?.({ package: file.package, path: file.path, prefix, suffix: '' }, stretch)) ?? [];
    bits += parts.reduce((sum, one) => sum + one, 0);
    at += encodeUtf8(stretch).length;
  }
  return { bits, bytes: bytes.length };
}
