/** The item in the status bar: what the engine does, where, and how fast. */
import * as vscode from 'vscode';
import { statusText, statusTooltip, type Status } from '../core/status';
import type { Config } from './config';
import type { CommandId } from './commandIds';
import type { EngineSlot } from './engineSlot';
import type { Failures } from './failures';
import type { SnoozeSwitch } from './snoozeSwitch';

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('bytewise.status', vscode.StatusBarAlignment.Right, 100);
  private readonly listeners: vscode.Disposable;

  constructor(
    private readonly engine: EngineSlot,
    private readonly config: Config,
    private readonly failures: Failures,
    private readonly snooze: SnoozeSwitch,
  ) {
    this.item.name = 'Bytewise';
    this.item.command = 'bytewise.showMenu' satisfies CommandId;
    const update = () => {
      this.update();
    };
    this.listeners = vscode.Disposable.from(
      new vscode.Disposable(engine.onStateChange(update)),
      config.onChange(update),
      snooze.onChange(update),
    );
    this.update();
    this.item.show();
  }

  private update(): void {
    const { state, info, last } = this.engine;
    const enabled = this.config.settings.enable;
    const status: Status = { state, enabled, snoozed: this.snooze.isOn, info, last, failure: this.failures.latest };
    this.item.text = statusText(status);
    this.item.tooltip = new vscode.MarkdownString(statusTooltip(status));
    this.item.accessibilityInformation = { label: this.item.text.replace(/^\$\([^)]*\) /, '') };
    this.item.backgroundColor = state === 'failed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  }

  dispose(): void {
    this.listeners.dispose();
    this.item.dispose();
  }
}
