/** The text of a file as it was committed last, from VS Code's built-in git extension. Nothing else here knows git. */
import * as vscode from 'vscode';

/** The part of that extension's interface that we use. */
interface GitApi {
  getRepository(uri: vscode.Uri): { show(ref: string, path: string): Promise<string> } | null;
}
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** Empty for a file that was never committed; nothing where there is no repository, or no git. */
export async function committedText(uri: vscode.Uri): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) return undefined;
  const git = await extension.activate();
  const repository = git.enabled ? git.getAPI(1).getRepository(uri) : null;
  if (!repository) return undefined;
  try {
    return await repository.show('HEAD', uri.fsPath);
  } catch {
    // Git has no such file, or no commit yet.
    return '';
  }
}
