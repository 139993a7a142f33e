/** The menu behind the status bar item. */
import * as vscode from 'vscode';
import type { CommandId } from './commandIds';

interface Entry extends vscode.QuickPickItem {
  readonly command?: CommandId;
}

export interface Switches {
  readonly completions: boolean;
  readonly heatMap: boolean;
  readonly patchMarks: boolean;
}

export async function showMenu({ completions, heatMap, patchMarks }: Switches): Promise<void> {
  const onOff = (on: boolean, what: string, command: CommandId): Entry => ({
    label: `$(${on ? 'check' : 'circle-large-outline'}) ${what}`,
    description: on ? 'on' : 'off',
    command,
  });
  const entries: Entry[] = [
    onOff(completions, 'Completions', 'bytewise.toggleCompletions'),
    onOff(heatMap, 'Entropy Heat Map', 'bytewise.toggleHeatMap'),
    onOff(patchMarks, 'Patch Marks', 'bytewise.togglePatchMarks'),
    { label: 'engine', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(info) Show Engine Report', command: 'bytewise.showReport' },
    { label: '$(output) Show Log', command: 'bytewise.showLog' },
    { label: '$(debug-restart) Restart Engine', command: 'bytewise.restartEngine' },
  ];
  const chosen = await vscode.window.showQuickPick(entries, { title: 'Bytewise' });
  if (chosen?.command) await vscode.commands.executeCommand(chosen.command);
}
