/** One completion, as the command line answers it. */
import { decodeUtf8, encodeUtf8 } from '../core/bytes';
import type { Engine } from '../core/engine';
import { searchBytesFor, suggest, type Silence } from '../core/suggestion';
import { firstLine } from '../core/words';

export interface CompletionInput {
  readonly path: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly maxBytes?: number | undefined;
}

/** Unless a request says otherwise: the editor's limit, and one that hardly any line of source code reaches. */
export const defaultMaxBytes = { product: 64, raw: 256 } as const;

export interface CompletionMode {
  /** The greedy text up to the line's end, without the gate and the filters of the product. */
  readonly raw: boolean;
  /** How sure a completion must be to be shown. */
  readonly gate: number;
}

/** The fields of an answer, in the order in which they are printed. */
export interface Answer {
  readonly text: string;
  readonly shown: boolean;
  readonly reason?: Silence;
  readonly confidence: number;
  /** Length of `text` in UTF-8. */
  readonly bytes: number;
  readonly patches: number;
  /** The whole request, the way to the model process and back included. */
  readonly ms: number;
}

export async function complete(engine: Engine, input: CompletionInput, { raw, gate }: CompletionMode): Promise<Answer> {
  const start = performance.now();
  const request = {
    path: input.path,
    prefix: encodeUtf8(input.prefix),
    suffix: encodeUtf8(input.suffix),
    maxBytes: input.maxBytes ?? (raw ? defaultMaxBytes.raw : defaultMaxBytes.product),
    // Like the editor: what cannot be shown any more is not generated to its end.
    minConfidence: raw ? 0 : gate,
    searchBytes: raw ? 0 : searchBytesFor(gate),
  };
  const result = await engine.complete(request);
  const { text, shown, reason, confidence } = raw ? greedy(result) : suggest(result, request, { gate });
  return {
    text,
    shown,
    ...(reason && { reason }),
    // Drivers compare this with gates of their own, and no gate may let nothing through.
    confidence: text === '' ? 0 : confidence,
    bytes: encodeUtf8(text).length,
    patches: result.patches,
    ms: Math.round((performance.now() - start) * 1000) / 1000,
  };
}

type Generated = Pick<Awaited<ReturnType<Engine['complete']>>, 'bytes' | 'confidences'>;

function greedy({ bytes, confidences }: Generated): Pick<Answer, 'text' | 'shown' | 'reason' | 'confidence'> {
  const text = firstLine(decodeUtf8(bytes));
  const confidence = confidences[encodeUtf8(text).length - 1] ?? 1;
  return text === '' ? { text, shown: false, reason: 'empty', confidence } : { text, shown: true, confidence };
}
