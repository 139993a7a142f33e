/**
 * The most probable rest of a line. The greedy line is the first guess; then the search goes on, each time, from the likeliest
 * byte that was passed over, as long as a line that begins so can still be more probable than the best one found (best-first
 * search; a beginning is never less probable than what it begins). If there is none left before the budget is spent, the line
 * is the most probable one. Over tokens a text has many ways to be said, and no such sum; over bytes it has one.
 */

import type { CopyMark, CopySource } from '../core/copying';
import { EngineError, type StopReason } from '../core/engine';
import type { Manifest } from '../core/manifest';
import { normalised } from '../core/patcher';
import { continuations } from '../core/sampler';
import { boundary, nextState, type Utf8State } from '../core/utf8';
import type { ByteState } from './byteState';
import { LookAhead } from './lookAhead';
import { turn, type Wanted } from './turn';

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** A line that begins less probably than this is not looked for. */
const leastLogLikelihood = Math.log(1e-4);

export interface LineQuestion {
  readonly manifest: Pick<Manifest, 'idOffset' | 'sentinels'>;
  /** Has read the prompt, and nothing else. */
  readonly model: Pick<ByteState, 'feedChunk' | 'truncate' | 'length'>;
  readonly source: CopySource | undefined;
  /** [vocabulary], after the prompt. */
  readonly logits: Float32Array;
  /** Of the character that the prompt ends in. */
  readonly character: Utf8State;
  readonly maxBytes: number;
  readonly minConfidence: number;
  /** Bytes that may be read beyond the greedy line. */
  readonly searchBytes: number;
}

export interface Line {
  readonly bytes: Uint8Array;
  /** Of each byte. */
  readonly probabilities: Float32Array;
  readonly stop: StopReason;
  readonly doubtedByte?: number;
  /** Bytes that were read for other lines. */
  readonly searchedBytes: number;
  /** See LookAhead. */
  readonly drafted: number;
  readonly accepted: number;
}

/** A line up to and with one of its bytes. */
interface Beginning {
  readonly before: Beginning | undefined;
  readonly byte: number;
  readonly length: number;
  /** Whether one of its bytes is to be seen. */
  readonly isWritten: boolean;
  /** ln p of the byte, and of all up to and with it. */
  readonly logLikelihood: number;
  readonly total: number;
  /** That it ends in. */
  readonly character: Utf8State;
}

interface Ending {
  readonly line: Beginning;
  /** ln p of the line and its end. */
  readonly total: number;
  readonly stop: StopReason;
  readonly doubtedByte?: number;
}

/** A beginning that was not gone on with. */
interface Passed {
  readonly beginning: Beginning;
  /** The source before its last byte. */
  readonly mark: CopyMark | undefined;
}

export class LineSearch {
  readonly #promptLength: number;
  readonly #lookAhead: LookAhead;
  #passed: Passed[] = [];
  #best: Ending | undefined;
  /** Where greedy decoding would leave it. */
  #greedy: Ending | undefined;
  /** The bytes after the prompt that the model has read. */
  #read: number[] = [];
  #readBytes = 0;

  constructor(private readonly question: LineQuestion) {
    this.#promptLength = question.model.length;
    this.#lookAhead = new LookAhead(question.model);
  }

  async run(wanted: Wanted): Promise<Line> {
    const { logits, character, searchBytes } = this.question;
    const nothing = { before: undefined, byte: -1, length: 0, isWritten: false, logLikelihood: 0, total: 0, character };
    await this.#goOn(nothing, logits, { most: Infinity, isGreedy: true }, wanted);
    const most = this.#readBytes + searchBytes;
    while (this.#readBytes < most) {
      const next = this.#takeLikeliest();
      if (next === undefined) break;
      await turn(wanted);
      await this.#goOn(next.beginning, this.#goTo(next), { most, isGreedy: false }, wanted);
    }
    this.#lookAhead.end();
    const { line, stop, doubtedByte } = (this.#best ?? this.#greedy) as Ending;
    const steps = way(line);
    // The next prompt will most likely begin with it.
    this.#readUpTo(steps.map(({ byte }) => byte));
    return {
      bytes: Uint8Array.from(steps, ({ byte }) => byte),
      probabilities: Float32Array.from(steps, ({ logLikelihood }) => Math.exp(logLikelihood)),
      stop,
      ...(doubtedByte !== undefined && { doubtedByte }),
      searchedBytes: this.#readBytes - steps.length,
      ...this.#lookAhead.counts,
    };
  }

  /** Goes on greedily until nothing more can come of it; notes what it passes over. */
  async #goOn(
    from: Beginning,
    after: Float32Array,
    { most, isGreedy }: { readonly most: number; readonly isGreedy: boolean },
    wanted: Wanted,
  ): Promise<void> {
    const { source, manifest, maxBytes } = this.question;
    let beginning = from;
    let logits = after;
    for (;;) {
      const logLikelihoods = source?.mixed(logits, manifest.idOffset) ?? normalised(logits);
      const ending = this.#ending(beginning, logLikelihoods);
      if (ending) this.#offer(ending);
      if (beginning.length === maxBytes) {
        if (isGreedy) this.#greedy ??= ending;
        return;
      }
      const next = this.#step(beginning, logLikelihoods);
      if (isGreedy) this.#greedy ??= this.#greedyEnd(ending, next);
      if (this.#readBytes >= most || !this.#isWorth(next.total, isGreedy ? -Infinity : leastLogLikelihood)) return;
      await turn(wanted);
      beginning = next;
      logits = this.#follow(next.byte);
    }
  }

  /** How the line ends here: its line end, whichever it is, or the limit. Undefined inside a character. */
  #ending(line: Beginning, logLikelihoods: Float32Array): Ending | undefined {
    const { manifest, maxBytes } = this.question;
    const { idOffset, sentinels } = manifest;
    if (line.length === maxBytes) return { line, total: line.total, stop: 'max-bytes' };
    if (line.character !== boundary) return undefined;
    const of = (byte: number | undefined) =>
      byte === undefined ? 0 : Math.exp(logLikelihoods[byte + idOffset] as number);
    const lineEnd = of(lineFeed) + of(carriageReturn);
    const end = of(sentinels?.end);
    return { line, total: line.total + Math.log(lineEnd + end), stop: lineEnd > end ? 'line-end' : 'end' };
  }

  /** White space alone is not worth finding. */
  #offer(ending: Ending): void {
    if (!ending.line.isWritten || !this.#isWorth(ending.total, -Infinity)) return;
    this.#best = ending;
    this.#passed = this.#passed.filter(({ beginning }) => beginning.total > ending.total);
  }

  /** What greedy decoding would leave it at before `next`; undefined if it would go on. */
  #greedyEnd(ending: Ending | undefined, next: Beginning): Ending | undefined {
    if (ending && ending.total >= next.total) return ending;
    if (!this.#isUnsure(next.total)) return undefined;
    const line = next.before as Beginning;
    return { line, total: line.total, stop: 'unsure', doubtedByte: next.byte };
  }

  #isWorth(total: number, least: number): boolean {
    return total > (this.#best?.total ?? least) && !this.#isUnsure(total);
  }

  #isUnsure(total: number): boolean {
    return Math.exp(total) < this.question.minConfidence;
  }

  /** The likeliest byte that may follow, a line end aside. Notes the others that are worth coming back to. */
  #step(before: Beginning, logLikelihoods: Float32Array): Beginning {
    const { source, manifest } = this.question;
    const at = (byte: number) => logLikelihoods[byte + manifest.idOffset] as number;
    const bytes = continuations(before.character).filter((byte) => byte !== lineFeed && byte !== carriageReturn);
    const likeliest = bytes.reduce((best, byte) => (at(byte) > at(best) ? byte : best));
    if (!Number.isFinite(at(likeliest))) throw new EngineError('The logits of the model are not numbers.');
    let mark: CopyMark | undefined;
    for (const byte of bytes) {
      if (byte === likeliest || !this.#isWorth(before.total + at(byte), leastLogLikelihood)) continue;
      mark ??= source?.mark();
      this.#passed.push({ beginning: begun(before, byte, at(byte)), mark });
    }
    return begun(before, likeliest, at(likeliest));
  }

  #takeLikeliest(): Passed | undefined {
    let first = 0;
    this.#passed.forEach(({ beginning }, i) => {
      if (beginning.total > (this.#passed[first]?.beginning.total ?? -Infinity)) first = i;
    });
    return this.#passed.splice(first, 1)[0];
  }

  /** Goes where the byte was passed over, and reads it: the logits after it. */
  #goTo({ beginning, mark }: Passed): Float32Array {
    this.#lookAhead.end();
    this.#readUpTo(way(beginning.before as Beginning).map(({ byte }) => byte));
    if (mark) this.question.source?.goBack(mark);
    return this.#follow(beginning.byte);
  }

  #follow(byte: number): Float32Array {
    const { source, manifest } = this.question;
    source?.follow(byte);
    this.#read.push(byte);
    this.#readBytes++;
    const draft = (most: number) => Uint16Array.from(source?.draft(most) ?? [], (one) => one + manifest.idOffset);
    return this.#lookAhead.next(byte + manifest.idOffset, draft);
  }

  /** Has the model have read exactly these bytes. */
  #readUpTo(bytes: readonly number[]): void {
    const { model, manifest } = this.question;
    const common = bytes.findIndex((byte, i) => byte !== this.#read[i]);
    const kept = common < 0 ? bytes.length : common;
    model.truncate(this.#promptLength + kept);
    if (kept < bytes.length) model.feedChunk(Uint16Array.from(bytes.slice(kept), (byte) => byte + manifest.idOffset));
    this.#read = [...bytes];
  }
}

function begun(before: Beginning, byte: number, logLikelihood: number): Beginning {
  return {
    before,
    byte,
    length: before.length + 1,
    isWritten: before.isWritten || byte > 0x20,
    logLikelihood,
    total: before.total + logLikelihood,
    character: nextState(before.character, byte) ?? boundary,
  };
}

/** Its bytes, one after the other, without the prompt's end. */
function way(beginning: Beginning): Beginning[] {
  const steps: Beginning[] = [];
  for (let at = beginning; at.before !== undefined; at = at.before) steps.push(at);
  return steps.reverse();
}
