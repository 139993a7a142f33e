/** Reads the settings once and again after each change; everybody else asks here. */
import * as vscode from 'vscode';
import { parseSettings, section, settingKeys, type SettingKey, type Settings } from './settings';

const engineKeys = (Object.keys(settingKeys) as SettingKey[]).filter((key) => settingKeys[key] === 'engine');

export class Config implements vscode.Disposable {
  private snapshot = read();
  private readonly changed = new vscode.EventEmitter<{ engine: boolean }>();
  /** `engine`: a setting has changed that the model process was started with. */
  readonly onChange = this.changed.event;
  private readonly listener = vscode.workspace.onDidChangeConfiguration((change) => {
    if (!change.affectsConfiguration(section)) return;
    this.snapshot = read();
    this.changed.fire({ engine: engineKeys.some((key) => change.affectsConfiguration(`${section}.${key}`)) });
  });

  get settings(): Settings {
    return this.snapshot;
  }

  /** Switches completions on or off where the user has last said so: in the workspace or for all of them. */
  async toggleEnable(): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(section);
    const inWorkspace = configuration.inspect('enable')?.workspaceValue !== undefined;
    const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await configuration.update('enable' satisfies SettingKey, !this.snapshot.enable, target);
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }
}

function read(): Settings {
  const configuration = vscode.workspace.getConfiguration(section);
  return parseSettings((key) => configuration.get(key));
}
