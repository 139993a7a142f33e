/** One completion: reads what is new in the prompt, then generates byte by byte until there is a reason to stop. */

import { BlockLines } from '../core/block';
import { decodeUtf8 } from '../core/bytes';
import { EngineError, type CompleteRequest, type CompleteResult, type StopReason } from '../core/engine';
import { CopySource, mostAfter, mostBefore } from '../core/copying';
import { normalised } from '../core/patcher';
import type { Manifest } from '../core/manifest';
import { mostElsewhere } from '../core/neighbours';
import { completePrompt, promptText } from '../core/prompt';
import { likeliestByte } from '../core/sampler';
import { nextState, stateAfter, withoutUnfinished } from '../core/utf8';
import { lastLine } from '../core/words';
import type { ByteState } from './byteState';
import { LineSearch } from './lineSearch';
import { LookAhead } from './lookAhead';
import { Tracer } from './trace';
import { turn, type Wanted } from './turn';

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** What is asked of a model here: logits for ids, and to forget. */
export type ByteModel = Pick<ByteState, 'commonPrefix' | 'truncate' | 'feedChunk' | 'read' | 'patches' | 'length'> &
  Pick<ByteState, 'onPart' | 'entropyAfter'>;

/** What accompanies one completion. */
interface Work {
  readonly wanted: Wanted;
  readonly onBytes: ((bytes: Uint8Array) => void) | undefined;
  readonly started: number;
  readonly tracer: Tracer | undefined;
}

/** A prompt that was read. */
interface Prompt {
  /** [vocabulary], after its last byte. */
  readonly logits: Float32Array;
  readonly length: number;
}

type Generated = Omit<CompleteResult, 'patches' | 'reusedBytes' | 'prefilledBytes' | 'ms' | 'trace'>;

/** Keeps the state of the last completion, since the next prompt is mostly the same one and a byte. */
export class Generator {
  constructor(
    private readonly manifest: Manifest,
    private readonly state: ByteModel,
  ) {}

  /** `onBytes` hears all bytes so far after each one. */
  async complete(
    request: CompleteRequest,
    wanted: Wanted,
    onBytes?: (bytes: Uint8Array) => void,
  ): Promise<CompleteResult> {
    const started = performance.now();
    const { state } = this;
    const ids = completePrompt(request, this.manifest);
    // The last byte is always read again: its logits were not kept.
    const reusedBytes = Math.min(state.commonPrefix(ids), ids.length - 1);
    state.truncate(reusedBytes);
    const tracer = request.trace === true ? new Tracer(this.manifest, state) : undefined;
    try {
      const logits = await state.read(ids.subarray(reusedBytes), () => turn(wanted));
      const patchesBefore = state.patches;
      const most = Math.min(request.maxBytes, this.manifest.context.maxBytes - ids.length);
      const searched = (request.searchBytes ?? 0) > 0 && request.block === undefined && !tracer;
      const generate = searched ? this.#search.bind(this) : this.#generate.bind(this);
      const generated = await generate(
        { ...request, maxBytes: most },
        { logits, length: ids.length },
        { wanted, onBytes, started, tracer },
      );
      return {
        ...generated,
        patches: state.patches - patchesBefore,
        reusedBytes,
        prefilledBytes: ids.length - reusedBytes,
        ms: performance.now() - started,
        ...(tracer && { trace: tracer.trace(generated.bytes.length) }),
      };
    } finally {
      tracer?.end();
    }
  }

  /** Tells no bytes before it is done: those of the greedy line may not be those of the best one. */
  async #search(request: CompleteRequest, { logits }: Prompt, work: Work): Promise<Generated> {
    const { manifest, state: model } = this;
    const { prefix, maxBytes, minConfidence, searchBytes = 0 } = request;
    const limits = { maxBytes, minConfidence, searchBytes };
    const source = copySource(request, manifest);
    const after = { logits, character: stateAfter(prefix) };
    const search = new LineSearch({ manifest, model, source, ...after, ...limits });
    const firstByteMs = performance.now() - work.started;
    const { bytes, probabilities, ...found } = await search.run(work.wanted);
    let confidence = 1;
    const whole = withoutUnfinished(bytes).length;
    return {
      bytes: bytes.slice(0, whole),
      probabilities: probabilities.slice(0, whole),
      confidences: probabilities.slice(0, whole).map((probability) => (confidence *= probability)),
      ...found,
      firstByteMs,
    };
  }

  async #generate(
    request: CompleteRequest,
    prompt: Prompt,
    { wanted, onBytes, started, tracer }: Work,
  ): Promise<Generated> {
    const { prefix, maxBytes, minConfidence } = request;
    const { idOffset, sentinels } = this.manifest;
    const copying = <Out>(work: () => Out): Out => (tracer ? tracer.copying(work) : work());
    const source = copying(() => copySource(request, this.manifest));
    tracer?.promptRead();
    const lookAhead = new LookAhead(this.state);
    const draft = (most: number) => Uint16Array.from(source?.draft(most) ?? [], (byte) => byte + idOffset);
    const bytes = new Uint8Array(maxBytes);
    const probabilities = new Float32Array(maxBytes);
    const confidences = new Float32Array(maxBytes);
    let confidence = 1;
    const block = request.block && new BlockLines(request.block, lastLine(decodeUtf8(prefix)));
    let { logits } = prompt;
    let logLikelihoods = copying(() => source?.mixed(logits, idOffset)) ?? normalised(logits);
    let character = stateAfter(prefix);
    let length = 0;
    /** Length up to the end of the last line. */
    let wholeLines = 0;
    let firstByteMs: number | undefined;
    let stop: StopReason = 'max-bytes';
    let doubtedByte: number | undefined;
    while (length < maxBytes) {
      const byte = likeliestByte(logLikelihoods, 0, idOffset, character, sentinels?.end);
      if (byte < 0) throw new EngineError('The logits of the model are not numbers.');
      firstByteMs ??= performance.now() - started;
      const position = prompt.length + length;
      tracer?.chosen({ byte, logLikelihoods, logits, position, accepted: lookAhead.counts.accepted });
      if (byte === sentinels?.end) {
        stop = 'end';
        break;
      }
      if (byte === carriageReturn || (byte === lineFeed && !block)) {
        stop = 'line-end';
        break;
      }
      const verdict = block?.read(byte) ?? 'inside';
      if (verdict === 'outside') {
        stop = byte === lineFeed ? 'line-end' : 'block-end';
        if (byte !== lineFeed) length = wholeLines;
        break;
      }
      // Of all ids, not only of those that may follow: a model that would rather end a character here is not sure.
      const probability = Math.exp(logLikelihoods[byte + idOffset] as number);
      confidence *= probability;
      if (confidence < minConfidence) {
        stop = 'unsure';
        doubtedByte = byte;
        break;
      }
      if (byte === lineFeed) wholeLines = length;
      bytes[length] = byte;
      probabilities[length] = probability;
      confidences[length++] = confidence;
      onBytes?.(bytes.slice(0, length));
      character = nextState(character, byte) ?? 0;
      if (verdict === 'closes') {
        stop = 'block-end';
        break;
      }
      if (length === maxBytes) break;
      await turn(wanted);
      copying(() => source?.follow(byte));
      logits = lookAhead.next(byte + idOffset, draft);
      logLikelihoods = copying(() => source?.mixed(logits, idOffset)) ?? normalised(logits);
    }
    lookAhead.end();
    const whole = withoutUnfinished(bytes.subarray(0, length)).length;
    return {
      bytes: bytes.slice(0, whole),
      probabilities: probabilities.slice(0, whole),
      confidences: confidences.slice(0, whole),
      stop,
      ...(doubtedByte !== undefined && { doubtedByte }),
      firstByteMs: firstByteMs ?? performance.now() - started,
      ...lookAhead.counts,
    };
  }
}

/** What may be copied from, with the line ends that the model sees; undefined if nothing is to be copied. */
export function copySource(
  request: Pick<CompleteRequest, 'prefix' | 'suffix' | 'sources' | 'copying'>,
  { copying, sentinels }: Manifest,
): CopySource | undefined {
  if (copying === undefined || request.copying === false) return undefined;
  // Twice as much is enough even if every byte is half a line end; a document may be far longer.
  const before = promptText(request.prefix.subarray(-2 * mostBefore), sentinels);
  const after = promptText(request.suffix.subarray(0, 2 * mostAfter), sentinels);
  let room = mostElsewhere;
  const others = (request.sources ?? []).flatMap((source) => {
    const text = promptText(source.subarray(0, room), sentinels);
    room -= text.length;
    return text.length > 0 ? [text] : [];
  });
  return new CopySource(copying, before, after, others);
}
