/** Switches suggestions off for a while, by a list of times, and on again by itself. */
import * as vscode from 'vscode';
import { Snooze, snoozeMinutes } from '../core/snooze';

/** What VS Code has of its own for this: it silences every extension. */
const editorCommand = 'editor.action.inlineSuggest.snooze';

interface Entry extends vscode.QuickPickItem {
  readonly run: () => unknown;
}

export class SnoozeSwitch implements vscode.Disposable {
  private readonly snooze = new Snooze();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChange = this.changed.event;
  private timer: NodeJS.Timeout | undefined;

  get isOn(): boolean {
    return this.snooze.isOn(Date.now());
  }

  get leftInWords(): string {
    return this.snooze.leftInWords(Date.now());
  }

  /** 0 minutes end it. */
  start(minutes: number): void {
    const now = Date.now();
    this.snooze.start(minutes, now);
    clearTimeout(this.timer);
    const left = this.snooze.msLeft(now);
    // A timer may fire a moment before its time.
    if (left > 0)
      this.timer = setTimeout(() => {
        this.changed.fire();
      }, left + 10);
    this.changed.fire();
  }

  /** Asks for how long. */
  async choose(): Promise<void> {
    const times: Entry[] = snoozeMinutes.map((minutes) => ({
      label: inWords(minutes),
      run: () => {
        this.start(minutes);
      },
    }));
    const end: Entry = {
      label: `$(bell) ${vscode.l10n.t('End Snooze')}`,
      description: vscode.l10n.t('{0} left', this.leftInWords),
      run: () => {
        this.start(0);
      },
    };
    const all: Entry = {
      label: vscode.l10n.t('Every Extension...'),
      description: vscode.l10n.t('the snooze of VS Code itself'),
      run: () => vscode.commands.executeCommand(editorCommand),
    };
    const known = (await vscode.commands.getCommands()).includes(editorCommand);
    const entries = [...(this.isOn ? [end] : []), ...times, ...(known ? [all] : [])];
    const chosen = await vscode.window.showQuickPick(entries, {
      title: vscode.l10n.t('Snooze Bytewise'),
      placeHolder: vscode.l10n.t('No suggestions for how long? A suggestion that you ask for comes in any case.'),
    });
    await chosen?.run();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.changed.dispose();
  }
}

function inWords(minutes: number): string {
  if (minutes < 60) return vscode.l10n.t('{0} minutes', minutes);
  return minutes === 60 ? vscode.l10n.t('1 hour') : vscode.l10n.t('{0} hours', minutes / 60);
}
