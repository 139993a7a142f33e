/** The engine report as a document that can be read, searched and copied, but not edited. */
import * as vscode from 'vscode';

const scheme = 'bytewise-report';
const uri = vscode.Uri.from({ scheme, path: '/Bytewise Engine Report' });

export class Report implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  constructor(private readonly write: () => Promise<string>) {}

  provideTextDocumentContent(): Promise<string> {
    return this.write();
  }

  async show(): Promise<void> {
    // An open report would otherwise stay as it was.
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
