/** The Quick Fix for a misspelt word that is already written. It is worked out where the cursor rests, or when asked for. */
import * as vscode from 'vscode';
import { abortSignal } from './cancellation';
import type { Config } from './config';
import type { Typos } from './typos';

export class TypoQuickFix implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };

  constructor(
    private readonly typos: Pick<Typos, 'ofWritten'>,
    private readonly config: Pick<Config, 'settings'>,
  ) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { only, triggerKind }: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    if (!this.config.settings.typos.quickFix || !range.isSingleLine) return [];
    if (only && !only.contains(vscode.CodeActionKind.QuickFix)) return [];
    const invoked = triggerKind === vscode.CodeActionTriggerKind.Invoke;
    const abort = abortSignal(token);
    try {
      const found = await this.typos.ofWritten({ document, position: range.start, invoked }, abort.signal);
      if (!found?.range.contains(range)) return [];
      const { written, text } = found;
      const title = vscode.l10n.t("Change '{0}' to '{1}'", written, text);
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, found.range, text);
      return [action];
    } finally {
      abort.dispose();
    }
  }
}
