/** Tells about fixes of typos: a mark before a suggestion is accepted, and words afterwards that screen readers hear. */
import * as vscode from 'vscode';
import type { FoundRepair } from './typos';

const shownMs = 8_000;
const toldKey = 'typoFixTold';

export class TypoNotice implements vscode.Disposable {
  private readonly colour = new vscode.ThemeColor('editorCodeLens.foreground');
  private readonly marked = vscode.window.createTextEditorDecorationType({
    // Not a border: in high contrast themes the frame of the cursor's line would lie on it.
    textDecoration: 'underline dashed',
    after: { color: this.colour, fontStyle: 'italic', margin: '0 0 0 2ch' },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly status: vscode.StatusBarItem;
  private timer: NodeJS.Timeout | undefined;
  private markedEditor: vscode.TextEditor | undefined;

  constructor(private readonly memory: vscode.Memento) {
    this.status = vscode.window.createStatusBarItem('bytewise.typoFix', vscode.StatusBarAlignment.Left);
    this.status.name = vscode.l10n.t('Bytewise: Fixed Typo');
    this.status.command = 'undo';
  }

  /** Shows what accepting the suggestion will fix besides. */
  mark(document: vscode.TextDocument, { range, written, text }: FoundRepair): void {
    this.unmark();
    const editor = vscode.window.activeTextEditor;
    if (editor?.document !== document) return;
    this.markedEditor = editor;
    const says = vscode.l10n.t("Accepting the suggestion also changes '{0}' to '{1}'.", written, text);
    editor.setDecorations(this.marked, [
      { range, hoverMessage: says, renderOptions: { after: { contentText: `→ ${text}` } } },
    ]);
  }

  unmark(): void {
    this.markedEditor?.setDecorations(this.marked, []);
    this.markedEditor = undefined;
  }

  /** Says what was fixed; the first time ever with a message, since nobody expects it. */
  announce(document: vscode.TextDocument, { written, text }: FoundRepair): void {
    clearTimeout(this.timer);
    const undo = vscode.l10n.t('Undo takes it back together with the suggestion.');
    this.status.text = `$(check) ${written} → ${text}`;
    this.status.tooltip = `${vscode.l10n.t("Bytewise changed '{0}' to '{1}'.", written, text)} ${undo}`;
    // An alert is read out when it appears.
    this.status.accessibilityInformation = { label: this.status.tooltip, role: 'alert' };
    this.status.show();
    this.timer = setTimeout(() => {
      this.status.hide();
    }, shownMs);
    if (this.memory.get(toldKey) !== true) void this.tell(document, this.status.tooltip);
  }

  private async tell(document: vscode.TextDocument, message: string): Promise<void> {
    await this.memory.update(toldKey, true);
    const undo = vscode.l10n.t('Undo');
    const settings = vscode.l10n.t('Settings');
    const { version } = document;
    const chosen = await vscode.window.showInformationMessage(message, undo, settings);
    if (chosen === settings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', '@id:bytewise.typos.fixOnAccept');
    } else if (chosen === undo && document.version === version) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('undo');
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.marked.dispose();
    this.status.dispose();
  }
}
