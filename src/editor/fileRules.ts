/** Which files are left alone, by the settings and by the `.bytewiseignore` at the top of each workspace folder. */
import * as vscode from 'vscode';
import { decodeUtf8 } from '../core/bytes';
import { IgnoreRules } from '../core/ignoreRules';
import type { Config } from './config';

const fileName = '.bytewiseignore';

export class FileRules implements vscode.Disposable {
  private secrets!: IgnoreRules;
  private excluded!: IgnoreRules;
  private readonly ofFolder = new Map<string, { rules: IgnoreRules | undefined; watcher: vscode.Disposable }>();
  private readonly listeners: vscode.Disposable;
  /** Resolves when the ignore files of all folders have been read, one after the other, so that the latest text counts. */
  ready: Promise<unknown> = Promise.resolve();

  constructor(private readonly config: Pick<Config, 'settings' | 'onChange'>) {
    this.readSettings();
    this.readFolders(vscode.workspace.workspaceFolders ?? []);
    this.listeners = vscode.Disposable.from(
      config.onChange(() => {
        this.readSettings();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const folder of removed) this.drop(folder);
        this.readFolders(added);
      }),
      // Not every file system tells of its changes in time.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        if (folder && uri.path.endsWith(`/${fileName}`)) this.readNext(folder);
      }),
    );
  }

  /** Why a file gets no suggestions. Only a file without a verdict may be read to complete another one. */
  verdict(uri: vscode.Uri): 'secret-file' | 'ignored' | 'excluded' | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const path = folder ? uri.path.slice(folder.uri.path.length) : uri.path;
    if (this.secrets.matches(path)) return 'secret-file';
    if (folder && this.ofFolder.get(folder.uri.toString())?.rules?.matches(path)) return 'ignored';
    return this.excluded.matches(path) ? 'excluded' : undefined;
  }

  private readSettings(): void {
    this.secrets = new IgnoreRules(this.config.settings.secretFiles);
    this.excluded = new IgnoreRules(this.config.settings.exclude);
  }

  private readFolders(folders: readonly vscode.WorkspaceFolder[]): void {
    for (const folder of folders) {
      this.watch(folder);
      this.readNext(folder);
    }
  }

  private readNext(folder: vscode.WorkspaceFolder): void {
    this.ready = this.ready.then(() => this.read(folder));
  }

  private watch(folder: vscode.WorkspaceFolder): void {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, fileName));
    const read = () => {
      this.readNext(folder);
    };
    watcher.onDidCreate(read);
    watcher.onDidChange(read);
    watcher.onDidDelete(read);
    this.ofFolder.set(folder.uri.toString(), { rules: undefined, watcher });
  }

  private async read(folder: vscode.WorkspaceFolder): Promise<void> {
    const rules = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder.uri, fileName)).then(
      (bytes) => new IgnoreRules(decodeUtf8(bytes)),
      // Most folders have none.
      () => undefined,
    );
    const entry = this.ofFolder.get(folder.uri.toString());
    if (entry) entry.rules = rules;
  }

  private drop({ uri }: vscode.WorkspaceFolder): void {
    this.ofFolder.get(uri.toString())?.watcher.dispose();
    this.ofFolder.delete(uri.toString());
  }

  dispose(): void {
    this.listeners.dispose();
    for (const { watcher } of this.ofFolder.values()) watcher.dispose();
  }
}
