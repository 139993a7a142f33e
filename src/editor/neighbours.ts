/** What other open files offer to copy from: collected while nobody types, so that a key costs nothing. */
import * as vscode from 'vscode';
import { decodeUtf8 } from '../core/bytes';
import { mostSimilar, nearLength, snippetsOf, type Snippet } from '../core/neighbours';
import type { Config } from './config';
import type { FileRules } from './fileRules';

/** After so long without a key or another editor there is time. */
const idleMs = 1_000;
const mostFiles = 8;
/** UTF-16 code units, or bytes of a file that is no open document. A larger file is mostly data. */
const largestFile = 100_000;

export class Neighbours implements vscode.Disposable {
  /** Latest first: what was edited or looked at. */
  private recent: string[] = [];
  private readonly snippets = new Map<string, { readonly version: number; readonly snippets: readonly Snippet[] }>();
  private chosen: { readonly document: string; readonly sources: readonly Uint8Array[] } | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Counts what is scheduled and collected: only the latest choice counts, under the settings of now. */
  private latest = 0;
  private readonly listeners: vscode.Disposable;

  constructor(
    private readonly config: Pick<Config, 'settings' | 'onChange'>,
    private readonly files: Pick<FileRules, 'ready' | 'verdict'>,
  ) {
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.touch(document);
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor) this.touch(editor.document);
      }),
      // The file may be changed before it is opened again, and its versions are counted anew then.
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.snippets.delete(uri.toString())),
      config.onChange(() => {
        // A file may be secret now.
        this.snippets.clear();
        this.chosen = undefined;
        this.latest++;
        this.schedule();
      }),
    );
    this.schedule();
  }

  /** Texts for a document, most similar first; none until there was time to choose them. */
  of(document: vscode.TextDocument): readonly Uint8Array[] {
    return this.chosen?.document === document.uri.toString() ? this.chosen.sources : [];
  }

  /** Collects and chooses now; for who cannot wait. */
  async collect(): Promise<void> {
    clearTimeout(this.timer);
    const turn = ++this.latest;
    const editor = vscode.window.activeTextEditor;
    if (!this.config.settings.otherFiles || !editor) return;
    await this.files.ready;
    const own = editor.document.uri.toString();
    const found: Snippet[] = [];
    for (const uri of this.candidates(own)) {
      found.push(...(await this.snippetsIn(uri)));
      // One file in each turn, so that the extension host is never held up.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (turn !== this.latest) return;
    const { document, selection } = editor;
    const start = document.positionAt(document.offsetAt(selection.active) - nearLength);
    const near = document.getText(new vscode.Range(start, selection.active));
    this.chosen = { document: own, sources: mostSimilar(near, found) };
  }

  private touch({ uri }: vscode.TextDocument): void {
    // Logs change all the time while nobody types.
    if (uri.scheme === 'output') return;
    const name = uri.toString();
    this.recent = [name, ...this.recent.filter((other) => other !== name)].slice(0, 4 * mostFiles);
    this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      // A file that cannot be read is none to copy from; there is nobody to tell.
      this.collect().catch(() => {});
    }, idleMs);
  }

  /** Open tabs, the latest first; none that is secret or left alone. */
  private candidates(own: string): vscode.Uri[] {
    const uris = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
    const age = (uri: vscode.Uri) => {
      const index = this.recent.indexOf(uri.toString());
      return index < 0 ? this.recent.length : index;
    };
    const byName = new Map(uris.map((uri) => [uri.toString(), uri]));
    byName.delete(own);
    return [...byName.values()]
      .filter((uri) => this.files.verdict(uri) === undefined)
      .sort((a, b) => age(a) - age(b))
      .slice(0, mostFiles);
  }

  /** Of an open document, or of a file in a tab that was not looked at yet. */
  private async snippetsIn(uri: vscode.Uri): Promise<readonly Snippet[]> {
    const name = uri.toString();
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === name);
    // Of an open document its version, of another file when it was written, which is far more.
    const version = document?.version ?? (await writtenAt(uri));
    const known = this.snippets.get(name);
    if (known?.version === version) return known.snippets;
    const text = document?.getText() ?? (await readFile(uri));
    const snippets = text.length > largestFile ? [] : snippetsOf(text);
    this.snippets.set(name, { version, snippets });
    for (const old of [...this.snippets.keys()].slice(0, -4 * mostFiles)) this.snippets.delete(old);
    return snippets;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.dispose();
  }
}

/** Milliseconds of the epoch; 0 if there is no such file. */
async function writtenAt(uri: vscode.Uri): Promise<number> {
  try {
    return (await vscode.workspace.fs.stat(uri)).mtime;
  } catch {
    return 0;
  }
}

async function readFile(uri: vscode.Uri): Promise<string> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    return size > largestFile ? '' : decodeUtf8(await vscode.workspace.fs.readFile(uri));
  } catch {
    // Deleted, or of a file system that is gone.
    return '';
  }
}
