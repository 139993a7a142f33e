/** VS Code cancels by tokens: a function tells what holds now, waiting ends with a token, and the engine has the signals of the web. */
import type * as vscode from 'vscode';

/** A function, because the compiler takes a property that was false once to be so for ever. */
export const isCancelled = (token: vscode.CancellationToken): boolean => token.isCancellationRequested;

/** A signal that is aborted when the token is cancelled. Dispose of it when the work has ended. */
export function abortSignal(
  token: vscode.CancellationToken,
  controller = new AbortController(),
): { signal: AbortSignal; dispose(): void } {
  const listener = token.onCancellationRequested(() => {
    controller.abort();
  });
  if (token.isCancellationRequested) controller.abort();
  return { signal: controller.signal, dispose: () => void listener.dispose() };
}

/** Waits, but no longer than until the token is cancelled. */
export function pause(ms: number, token: vscode.CancellationToken): Promise<void> {
  if (ms <= 0 || token.isCancellationRequested) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const listener = token.onCancellationRequested(end);
  });
}
