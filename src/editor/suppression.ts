/** The cases in which the engine is not asked at all. */
import * as vscode from 'vscode';
import type { Suppression } from '../core/decision';
import { isInsideWord } from '../core/promptWindow';
import type { Battery } from './battery';
import type { Config } from './config';
import type { FileRules } from './fileRules';
import { languageIsOn } from './settings';
import type { SnoozeSwitch } from './snoozeSwitch';
import type { TextKinds } from './textKinds';

export class Suppressions {
  constructor(
    private readonly config: Pick<Config, 'settings'>,
    private readonly files: FileRules,
    private readonly snooze: Pick<SnoozeSwitch, 'isOn'>,
    private readonly battery: Pick<Battery, 'isInUse'>,
    private readonly textKinds: Pick<TextKinds, 'at'>,
  ) {}

  /** Resolves when all rules are known. */
  get ready(): Promise<unknown> {
    return this.files.ready;
  }

  /** What holds for a document wherever the cursor is. Who asks by hand is not held back by snoozing or a battery. */
  ofDocument(document: vscode.TextDocument, { invoked }: { invoked: boolean }): Suppression | undefined {
    const { settings } = this.config;
    if (!settings.enable) return 'disabled';
    if (!isWritten(document.uri)) return 'not-a-file';
    const verdict = this.files.verdict(document.uri);
    if (verdict) return verdict;
    if (!languageIsOn(settings, document.languageId)) return 'language-off';
    if (invoked) return undefined;
    if (this.snooze.isOn) return 'snoozed';
    return settings.onBattery === 'pause' && this.battery.isInUse ? 'on-battery' : undefined;
  }

  /** What holds at a cursor, the manual mode excepted. */
  at(
    document: vscode.TextDocument,
    position: vscode.Position,
    { invoked, selected }: { invoked: boolean; selected?: vscode.SelectedCompletionInfo | undefined },
  ): Suppression | undefined {
    const reason = this.ofDocument(document, { invoked }) ?? ofSelections(document);
    if (reason) return reason;
    if (selected) {
      if (selected.text.includes('\n')) return 'selected-item-spans-lines';
      // VS Code shows ghost text only behind what is there, so an item that rewrites the word cannot be gone on from.
      const typed = document.getText(new vscode.Range(selected.range.start, position));
      if (!selected.text.startsWith(typed)) return 'selected-item-differs';
    }
    if (invoked) return undefined;
    // Inside a word a suggestion is nearly always wrong; who asks by hand may have it.
    if (isInsideWord(document.lineAt(position.line).text, position.character)) return 'inside-word';
    return this.ofKind(document, position);
  }

  private ofKind(document: vscode.TextDocument, position: vscode.Position): Suppression | undefined {
    const { inComments, inStrings } = this.config.settings;
    if (inComments && inStrings) return undefined;
    const kind = this.textKinds.at(document, position);
    if (kind === 'comment' && !inComments) return 'in-comment';
    return kind === 'string' && !inStrings ? 'in-string' : undefined;
  }
}

function ofSelections(document: vscode.TextDocument): Suppression | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document !== document) return undefined;
  if (editor.selections.length > 1) return 'several-cursors';
  return editor.selection.isEmpty ? undefined : 'selection';
}

/** Output channels, the box for a commit message and others are documents too, but hold no code that somebody writes. */
function isWritten({ scheme }: vscode.Uri): boolean {
  return (
    scheme === 'untitled' ||
    scheme === 'vscode-notebook-cell' ||
    vscode.workspace.fs.isWritableFileSystem(scheme) === true
  );
}
