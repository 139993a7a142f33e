/**
 * Numbers lie outside of V8's heap, which hardly fills, so V8 would not collect before some hundred megabytes of them are
 * garbage. Here it is told when there is some.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Frees what nobody holds any more; some milliseconds. */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
