/** Logits to the next byte: greedy, but only what valid UTF-8 can go on with, or the end. */

import { boundary, nextState, type Utf8State } from './utf8';

const states = [0, 1, 2, 3, 4, 5, 6, 7] as const satisfies readonly Utf8State[];

/** For each state the byte values that may come next, ascending. Sentinels and special ids are in none of them. */
const allowed: readonly Uint8Array[] = states.map((state) =>
  Uint8Array.from(
    Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => nextState(state, byte) !== undefined),
  ),
);

/** The byte values that valid UTF-8 may go on with, ascending. */
export const continuations = (state: Utf8State): Uint8Array => allowed[state] as Uint8Array;

/**
 * The most likely byte value that may follow, the `end` sentinel included where a character may end.
 * `logits` [vocabulary] start at `at`; the lowest value wins a tie; −1 if the logits
 * are not numbers.
 */
export function likeliestByte(
  logits: Float32Array,
  at: number,
  idOffset: number,
  state: Utf8State,
  end: number | undefined,
): number {
  let best = -1;
  let bestLogit = -Infinity;
  for (const byte of continuations(state)) {
    const logit = logits[at + idOffset + byte] as number;
    if (logit > bestLogit) {
      best = byte;
      bestLogit = logit;
    }
  }
  if (end !== undefined && state === boundary && (logits[at + idOffset + end] as number) > bestLogit) best = end;
  return best;
}
