/** How long to wait for the next keystroke before the engine is asked, on top of VS Code's own 50 ms. */
import type { CompleteResult } from './engine';
import { msPerByte } from './status';

/** What VS Code has waited already when it asks. */
const editorWaitMs = 50;
const longestWaitMs = 75;
/** To save energy, more of the requests that the next key overtakes are never made. */
const longestThriftyWaitMs = 300;
/** A longer gap between two keys is a pause for thought and says nothing about the rhythm of typing. */
const longestGapMs = 1_000;
/** Weight of the latest value; about the last five count. */
const weight = 0.2;
/** The length of suggestion for which the answer's time is expected. */
const expectedBytes = 16;

/**
 * An answer that comes before the next key is due costs nobody anything, so it is asked for at once. A slower one would
 * mostly be overtaken: it is asked for when the next key is late, and the more so the more requests were overtaken.
 */
export class TypingPace {
  private overtakenRate = 0;
  private gapMs: number | undefined;
  private lastKeyAt = Number.NEGATIVE_INFINITY;
  private firstByteMs: number | undefined;
  private byteMs: number | undefined;

  /** A key was typed; milliseconds of any clock. */
  key(at: number): void {
    const gap = at - this.lastKeyAt;
    this.lastKeyAt = at;
    if (gap > 0 && gap <= longestGapMs) this.gapMs = moved(this.gapMs, gap);
  }

  /** The engine has answered before the next key. */
  answered(result: Pick<CompleteResult, 'bytes' | 'searchedBytes' | 'firstByteMs' | 'ms' | 'stop'>): void {
    this.firstByteMs = moved(this.firstByteMs, result.firstByteMs);
    const pace = msPerByte(result);
    if (pace !== undefined) this.byteMs = moved(this.byteMs, pace);
    this.overtakenRate = moved(this.overtakenRate, 0);
  }

  /** The next key came first, when the engine had worked for so long; 0 if it was not even asked. */
  overtaken(engineMs: number): void {
    this.overtakenRate = moved(this.overtakenRate, 1);
    // An engine whose every answer is overtaken would never be known to be slow.
    if (engineMs > this.expectedMs) this.firstByteMs = moved(this.firstByteMs, engineMs);
  }

  /** What the engine is expected to need. */
  get expectedMs(): number {
    return (this.firstByteMs ?? 0) + (this.byteMs ?? 0) * expectedBytes;
  }

  /** `thrifty`: rather late than in vain. */
  waitMs({ thrifty = false }: { thrifty?: boolean } = {}): number {
    // Before anything is known: a fair typist.
    const nextKeyMs = (this.gapMs ?? 200) - editorWaitMs;
    if (thrifty) return Math.round(Math.min(longestThriftyWaitMs, Math.max(nextKeyMs, longestWaitMs)));
    if (this.expectedMs <= nextKeyMs) return 0;
    return Math.round(Math.min(longestWaitMs, Math.max(nextKeyMs, 0)) * this.overtakenRate);
  }
}

const moved = (mean: number | undefined, value: number) =>
  mean === undefined ? value : mean + weight * (value - mean);
