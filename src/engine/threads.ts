/**
 * In how many threads a graph runs: the one place that decides. The package says what was measured (manifest `threads`), and one
 * core is left to the editor: where another program has it, two threads were slower than one for every size that was tried.
 */

import os from 'node:os';

/** Long enough to go on from one operator to the next without a wake-up, short enough to leave nothing running after a run. */
const spinMicroseconds = '200';

export interface ThreadOptions {
  readonly intraOpNumThreads: number;
  readonly interOpNumThreads: 1;
  readonly extra?: { readonly session: { readonly intra_op: { readonly spin_duration_us: string } } };
}

/** `wanted`: what the package says, if it does. */
export function threadOptions(wanted = 1, cores = os.availableParallelism()): ThreadOptions {
  const threads = Math.max(1, Math.min(wanted, cores - 1));
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    ...(threads > 1 && { extra: { session: { intra_op: { spin_duration_us: spinMicroseconds } } } }),
  };
}
