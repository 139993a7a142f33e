/** The text of a file as it was committed last, from VS Code's built-in git extension. Nothing else here knows git. */
import * as vscode from 'vscode';

/** The part of that extension's interface that we use. */
interface GitApi {
  /** No repository is known before the first scan of the folders has ended. */
  readonly state: 'uninitialized' | 'initialized';
  readonly onDidChangeState: vscode.Event<'uninitialized' | 'initialized'>;
  getRepository(uri: vscode.Uri): { show(ref: string, path: string): Promise<string> } | null;
}
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** So long the first scan is waited for, in milliseconds; a huge folder takes longer, and the whole file is listed then. */
const longestScan = 3_000;

/** Empty for a file that was never committed; nothing where there is no repository, or no git. */
export async function committedText(uri: vscode.Uri): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) return undefined;
  const git = await extension.activate();
  if (!git.enabled) return undefined;
  const api = git.getAPI(1);
  await scanned(api);
  const repository = api.getRepository(uri);
  if (!repository) return undefined;
  try {
    return await repository.show('HEAD', uri.fsPath);
  } catch {
    // Git has no such file, or no commit yet.
    return '';
  }
}

async function scanned(api: GitApi): Promise<void> {
  if (api.state === 'initialized') return;
  let listener: vscode.Disposable | undefined;
  await Promise.race([
    new Promise((resolve) => (listener = api.onDidChangeState(resolve))),
    new Promise((resolve) => setTimeout(resolve, longestScan)),
  ]);
  listener?.dispose();
}
