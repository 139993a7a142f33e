/** The menu behind the status bar item: how things stand, and everything that can be switched. */
import * as vscode from 'vscode';
import type { CommandId } from './commandIds';

interface Entry extends vscode.QuickPickItem {
  readonly command?: CommandId;
}

export interface MenuFacts {
  readonly completions: boolean;
  /** How long the snooze lasts; left out without one. */
  readonly snooze: string | undefined;
  readonly heatMap: boolean;
  readonly patchMarks: boolean;
  /** State, device and speed in words. */
  readonly engine: string;
}

export async function showMenu(facts: MenuFacts): Promise<void> {
  const chosen = await vscode.window.showQuickPick(menuEntries(facts), {
    title: 'Bytewise',
    placeHolder: facts.engine,
  });
  if (chosen?.command) await vscode.commands.executeCommand(chosen.command);
}

export function menuEntries({ completions, snooze, heatMap, patchMarks }: MenuFacts): Entry[] {
  const onOff = (on: boolean, what: string, command: CommandId): Entry => ({
    label: `$(${on ? 'check' : 'circle-large-outline'}) ${what}`,
    description: on ? vscode.l10n.t('on') : vscode.l10n.t('off'),
    command,
  });
  const separator = (label: string): Entry => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    onOff(completions, vscode.l10n.t('Completions'), 'bytewise.toggleCompletions'),
    {
      label: snooze ? `$(bell-slash) ${vscode.l10n.t('Snoozed')}` : `$(bell) ${vscode.l10n.t('Snooze...')}`,
      description: snooze ? vscode.l10n.t('{0} left', snooze) : '',
      command: 'bytewise.snooze',
    },
    { label: `$(question) ${vscode.l10n.t('Why No Suggestion?')}`, command: 'bytewise.explain' },
    { label: `$(graph) ${vscode.l10n.t('Statistics')}`, command: 'bytewise.showStatistics' },
    separator(vscode.l10n.t('model')),
    onOff(heatMap, vscode.l10n.t('Entropy Heat Map'), 'bytewise.toggleHeatMap'),
    onOff(patchMarks, vscode.l10n.t('Patch Marks'), 'bytewise.togglePatchMarks'),
    { label: `$(symbol-color) ${vscode.l10n.t('Heat Map: What Is Shown...')}`, command: 'bytewise.chooseQuantity' },
    { label: `$(list-ordered) ${vscode.l10n.t('Unusual Places...')}`, command: 'bytewise.listUnusualPlaces' },
    { label: `$(pulse) ${vscode.l10n.t('Inspector')}`, command: 'bytewise.openInspector' },
    separator(vscode.l10n.t('engine')),
    { label: `$(info) ${vscode.l10n.t('Show Engine Report')}`, command: 'bytewise.showReport' },
    { label: `$(output) ${vscode.l10n.t('Show Log')}`, command: 'bytewise.showLog' },
    { label: `$(debug-restart) ${vscode.l10n.t('Restart Engine')}`, command: 'bytewise.restartEngine' },
    { label: `$(clear-all) ${vscode.l10n.t('Release Memory Now')}`, command: 'bytewise.releaseMemory' },
  ];
}
