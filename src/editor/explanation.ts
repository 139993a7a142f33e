/** "Why no suggestion?": what holds here and now, and the latest decisions, in words; choosing one leads to its cause. */
import * as vscode from 'vscode';
import { explain, latestFirst, remedyOf, type Decision, type Reason, type Remedy, type Run } from '../core/decision';
import type { CommandId } from './commandIds';
import type { Config } from './config';
import type { Decisions } from './decisions';
import type { EngineSlot } from './engineSlot';
import type { Suppressions } from './suppression';

export interface Entry extends vscode.QuickPickItem {
  readonly remedy?: Remedy | undefined;
}

export class Explanation {
  constructor(
    private readonly engine: Pick<EngineSlot, 'state'>,
    private readonly config: Pick<Config, 'settings'>,
    private readonly suppressions: Suppressions,
    private readonly decisions: Decisions,
  ) {}

  async show(): Promise<void> {
    const chosen = await vscode.window.showQuickPick(this.entries(), {
      title: vscode.l10n.t('Why No Suggestion?'),
      placeHolder: vscode.l10n.t('Choose an entry to see the setting behind it'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (chosen?.remedy) await follow(chosen.remedy);
  }

  entries(): Entry[] {
    const runs = latestFirst(this.decisions.latest);
    return [
      { label: vscode.l10n.t('here and now'), kind: vscode.QuickPickItemKind.Separator },
      this.hereAndNow(),
      { label: vscode.l10n.t('latest decisions'), kind: vscode.QuickPickItemKind.Separator },
      ...(runs.length > 0
        ? runs.map(entryOf)
        : [{ label: vscode.l10n.t('VS Code has not asked for a suggestion yet') }]),
    ];
  }

  private hereAndNow(): Entry {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return { label: `$(circle-slash) ${vscode.l10n.t('No editor is active')}` };
    const { document, selection } = editor;
    const reason = this.reasonAt(document, selection.active);
    const description = `${vscode.workspace.asRelativePath(document.uri)}:${selection.active.line + 1}`;
    if (!reason) return { label: `$(check) ${vscode.l10n.t('Nothing holds a suggestion back')}`, description };
    return { label: `$(circle-slash) ${explain({ reason })}`, description, ...way(reason) };
  }

  private reasonAt(document: vscode.TextDocument, position: vscode.Position): Reason | undefined {
    const suppressed = this.suppressions.at(document, position, { invoked: false });
    if (suppressed) return suppressed;
    if (this.config.settings.trigger === 'manual') return 'manual';
    return this.engine.state === 'failed' ? 'failed' : undefined;
  }
}

function entryOf({ decision, times }: Run): Entry {
  const { at, where, reason } = decision;
  const sentence = explain(decision);
  const told = times > 1 ? vscode.l10n.t('{0} ({1} requests)', sentence, times) : sentence;
  return {
    label: `$(${reason ? 'circle-slash' : 'check'}) ${told}`,
    description: `${new Date(at).toLocaleTimeString(vscode.env.language)} · ${where}`,
    ...way(reason, numbers(decision)),
  };
}

/** Where an entry leads, and what is known besides. */
function way(reason: Reason | undefined, known: readonly string[] = []): Pick<Entry, 'detail' | 'remedy'> {
  const remedy = remedyOf(reason);
  const parts = [...known, ...(remedy ? [leadsTo(remedy)] : [])];
  return { ...(parts.length > 0 && { detail: parts.join(' · ') }), remedy };
}

function numbers({ ms, source, text, confidence }: Decision): string[] {
  if (!source) return [];
  return [
    ...(text ? [vscode.l10n.t('“{0}”', text)] : []),
    ...(text && confidence !== undefined ? [vscode.l10n.t('{0} % sure', (confidence * 100).toFixed(0))] : []),
    vscode.l10n.t('{0} ms', ms.toFixed(0)),
  ];
}

const leadsTo = (remedy: Remedy) =>
  'setting' in remedy
    ? vscode.l10n.t('Opens the setting')
    : remedy.command === 'log'
      ? vscode.l10n.t('Opens the log')
      : vscode.l10n.t('Ends the snooze, or sets it');

async function follow(remedy: Remedy): Promise<void> {
  if ('setting' in remedy) {
    await vscode.commands.executeCommand('workbench.action.openSettings', `@id:bytewise.${remedy.setting}`);
    return;
  }
  const commands: Record<typeof remedy.command, CommandId> = { snooze: 'bytewise.snooze', log: 'bytewise.showLog' };
  await vscode.commands.executeCommand(commands[remedy.command]);
}
