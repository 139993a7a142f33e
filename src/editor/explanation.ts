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
      title: 'Why No Suggestion?',
      placeHolder: 'Choose an entry to see the setting behind it',
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (chosen?.remedy) await follow(chosen.remedy);
  }

  entries(): Entry[] {
    const runs = latestFirst(this.decisions.latest);
    return [
      { label: 'here and now', kind: vscode.QuickPickItemKind.Separator },
      this.hereAndNow(),
      { label: 'latest decisions', kind: vscode.QuickPickItemKind.Separator },
      ...(runs.length > 0 ? runs.map(entryOf) : [{ label: 'VS Code has not asked for a suggestion yet' }]),
    ];
  }

  private hereAndNow(): Entry {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return { label: '$(circle-slash) No editor is active' };
    const { document, selection } = editor;
    const reason = this.reasonAt(document, selection.active);
    const description = `${vscode.workspace.asRelativePath(document.uri)}:${selection.active.line + 1}`;
    if (!reason) return { label: '$(check) Nothing holds a suggestion back', description };
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
  return {
    label: `$(${reason ? 'circle-slash' : 'check'}) ${explain(decision)}${times > 1 ? ` (${times} requests)` : ''}`,
    description: `${new Date(at).toLocaleTimeString()} · ${where}`,
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
    ...(text ? [`“${text}”`] : []),
    ...(text && confidence !== undefined ? [`${(confidence * 100).toFixed(0)} % sure`] : []),
    `${ms.toFixed(0)} ms`,
  ];
}

const leadsTo = (remedy: Remedy) =>
  'setting' in remedy
    ? 'Opens the setting'
    : remedy.command === 'log'
      ? 'Opens the log'
      : 'Ends the snooze, or sets it';

async function follow(remedy: Remedy): Promise<void> {
  if ('setting' in remedy) {
    await vscode.commands.executeCommand('workbench.action.openSettings', `@id:bytewise.${remedy.setting}`);
    return;
  }
  const commands: Record<typeof remedy.command, CommandId> = { snooze: 'bytewise.snooze', log: 'bytewise.showLog' };
  await vscode.commands.executeCommand(commands[remedy.command]);
}
