/**
 * Numbers lie outside of V8's heap, which hardly fills, so V8 would not collect before some hundred megabytes of them are
 * garbage. Here it is told when there is some.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So long nothing is collected that can wait: a request comes first. */
const waitMs = 200;

let collect: (() => void) | undefined;
let soon: NodeJS.Timeout | undefined;

/** Frees a little later, out of the way of what is being asked. */
export function collectGarbageSoon(): void {
  soon ??= setTimeout(() => {
    soon = undefined;
    collectGarbage();
  }, waitMs).unref();
}

/** Frees what nobody holds any more; some milliseconds. */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
