/** Time that passes as it does, but for the waiting of a person, which is skipped: what the engine needs counts in full. */

const real = performance.now.bind(performance);
let skipped = 0;

/** From now on `performance.now()` has the time skipped in it. */
export function install(): void {
  performance.now = () => real() + skipped;
}

/** Jumps to a time of `performance.now()`, if that lies ahead. */
export function skipTo(time: number): void {
  skipped += Math.max(0, time - performance.now());
}

/** Resolves to the promise's value, or to undefined at a time of `performance.now()`. */
export async function before<Value>(time: number, promise: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, time - performance.now()), undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
