/** Tells the user about a failure once for each cause, with a button, and the log about every one. */
import * as vscode from 'vscode';
import { EngineError } from '../core/engine';
import type { CommandId } from './commandIds';

interface Remedy {
  readonly title: string;
  readonly run: () => Thenable<unknown>;
}

const command = (id: CommandId) => () => vscode.commands.executeCommand(id);
const openSettings: Remedy = {
  title: vscode.l10n.t('Open Settings'),
  run: () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:bytewise.bytewise'),
};
const restart: Remedy = { title: vscode.l10n.t('Restart Engine'), run: command('bytewise.restartEngine') };
const showLog: Remedy = { title: vscode.l10n.t('Show Log'), run: command('bytewise.showLog') };

export class Failures {
  private readonly told = new Set<string>();
  /** The latest failure since the last restart. */
  latest: string | undefined;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Cancelling is no failure: it is asked for. */
  report(what: string, error: unknown): void {
    if (isAbort(error)) return;
    const message = error instanceof Error ? error.message : String(error);
    this.latest = message;
    if (this.told.has(message)) {
      this.log.trace(`${what}: ${message}`);
      return;
    }
    this.told.add(message);
    this.log.error(`${what}: ${error instanceof Error ? (error.stack ?? message) : message}`);
    const byUser = error instanceof EngineError && error.kind === 'user';
    void offer(`Bytewise: ${message}`, byUser ? [openSettings, restart, showLog] : [restart, showLog]);
  }

  /** After a restart the same cause is news again. */
  forget(): void {
    this.told.clear();
    this.latest = undefined;
  }
}

export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

async function offer(message: string, remedies: readonly Remedy[]): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, ...remedies.map(({ title }) => title));
  await remedies.find(({ title }) => title === chosen)?.run();
}
