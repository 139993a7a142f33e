/** Milliseconds per byte of text of a BPE transformer (training/bpe_package.py), in the very code that decodes our graphs. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { figure, type Figure } from '../src/cli/benchmark';
import type { StackShape } from '../src/core/manifest';
import { GraphSession, Runtime } from '../src/engine/session';
import { floats, Stack } from '../src/engine/stack';

/** What tokens.json holds: tokens of a text, BOS first, and the bytes that each stands for. */
interface Tokens {
  readonly stack: StackShape;
  readonly vocabulary: number;
  readonly parameters: number;
  readonly trained: boolean;
  readonly ids: readonly number[];
  readonly lengths: readonly number[];
}

export interface BpeSpeed {
  readonly msPerByte: Figure;
  readonly bytesPerToken: number;
  readonly parameters: number;
  readonly trained: boolean;
}

/**
 * Reads `contextBytes` of the text, then one token at a time, and finds the likeliest next one each time. A sample is the tokens
 * of at least `sampleBytes`, as a completion is.
 */
export async function bpeSpeed(
  folder: string,
  { contextBytes, sampleBytes, samples }: { contextBytes: number; sampleBytes: number; samples: number },
): Promise<BpeSpeed> {
  const tokens = JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8')) as Tokens;
  const { ids, lengths, vocabulary } = tokens;
  const runtime = await Runtime.load();
  const session = GraphSession.create(runtime, readFileSync(join(folder, 'tokens.onnx')));
  let at = 0;
  const bytesTo = (limit: number) => {
    let end = at;
    for (let bytes = 0; bytes < limit && end < ids.length; end++) bytes += lengths[end] as number;
    return end;
  };
  const context = ids.slice(0, bytesTo(contextBytes));
  const stack = new Stack(runtime, session, tokens.stack);
  const feed = (fed: readonly number[]) => {
    const input = new runtime.Tensor('int64', BigInt64Array.from(fed, BigInt), [fed.length]);
    return likeliest(floats(stack.run(fed.length, { ids: input }), 'logits').subarray(-vocabulary));
  };
  const msPerByte: number[] = [];
  let readTokens = 0;
  let readBytes = 0;
  // The first round only warms up.
  for (let round = 0; round <= samples; round++) {
    if (round % 8 === 0) {
      stack.truncate(0);
      feed(context);
    }
    at = context.length + ((round * 97) % (ids.length - context.length - sampleBytes));
    const end = bytesTo(sampleBytes);
    const bytes = lengths.slice(at, end).reduce((sum, length) => sum + length, 0);
    const started = performance.now();
    for (const id of ids.slice(at, end)) feed([id]);
    if (round === 0) continue;
    msPerByte.push((performance.now() - started) / bytes);
    readTokens += end - at;
    readBytes += bytes;
  }
  session.dispose();
  const { parameters, trained } = tokens;
  return { msPerByte: figure(msPerByte), bytesPerToken: readBytes / readTokens, parameters, trained };
}

function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) {
    if ((logits[id] as number) > (logits[best] as number)) best = id;
  }
  return best;
}
