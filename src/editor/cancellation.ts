/** VS Code cancels by tokens; a function tells what holds now, and waiting ends with a token. */
import type * as vscode from 'vscode';

/** A function, because the compiler takes a property that was false once to be so for ever. */
export const isCancelled = (token: vscode.CancellationToken): boolean => token.isCancellationRequested;

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
