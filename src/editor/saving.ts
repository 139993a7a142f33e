/** Asks where a file shall go, and writes it. */
import * as vscode from 'vscode';

const kinds = { svg: 'SVG', png: 'PNG', csv: 'CSV', json: 'JSON' } as const;

export async function save(
  proposed: vscode.Uri | undefined,
  format: keyof typeof kinds,
  data: Uint8Array,
): Promise<void> {
  const uri = await vscode.window.showSaveDialog({
    ...(proposed && {
      defaultUri: proposed.with({ scheme: proposed.scheme === 'untitled' ? 'file' : proposed.scheme }),
    }),
    filters: { [kinds[format]]: [format] },
    title: vscode.l10n.t('Save What Is Shown as {0}', kinds[format]),
  });
  if (!uri) return;
  try {
    await vscode.workspace.fs.writeFile(uri, data);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} cannot be written: {1}', uri.fsPath, reason));
    return;
  }
  const open = vscode.l10n.t('Open');
  const answer = await vscode.window.showInformationMessage(vscode.l10n.t('Saved {0}.', uri.fsPath), open);
  if (answer === open) await vscode.commands.executeCommand('vscode.open', uri);
}
