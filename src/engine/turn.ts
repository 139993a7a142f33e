/** Cooperation inside the model process: a native run blocks its thread, so work is cut into steps with turns between. */

/** Whether somebody still wants the answer; vscode-jsonrpc's CancellationToken is one. */
export interface Wanted {
  readonly isCancellationRequested: boolean;
}

/** Thrown between steps once nobody wants the answer any more. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Lets messages arrive, a cancellation among them. */
export async function turn(wanted: Wanted): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (wanted.isCancellationRequested) throw new Cancelled();
}
