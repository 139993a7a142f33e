/** The inspector: a web view beside the editor that follows the cursor, and does what the view asks for. */
import * as vscode from 'vscode';
import { fromView } from '../core/fromView';
import type { FromView, ShownText, ToView } from '../core/inspectorMessages';
import { inspectorPage } from '../core/inspectorPage';
import { entropyStarts } from '../core/pieces';
import { measuredCsv, measuredJson } from '../core/measuredBytes';
import { packed } from '../core/wire';
import { byteOffset } from '../core/bytes';
import type { EngineSlot } from './engineSlot';
import { isAbort, type Failures } from './failures';
import { InspectedCompletion } from './inspectedCompletion';
import { InspectedEditor, type NoText } from './inspectedEditor';
import { nothingIn, placeIn, shownText } from './inspectedView';
import { compareLines } from './inspectedLine';
import { toRange } from './range';
import { save } from './saving';

const viewType = 'bytewise.inspector';

/** What the view may run, since a page could ask for anything. */
const helpCommands: readonly string[] = [
  'workbench.action.quickOpen',
  'workbench.action.files.newUntitledFile',
  'bytewise.restartEngine',
  'bytewise.triggerSuggestion',
  'bytewise.showLog',
];

export class Inspector implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private readonly inspected: InspectedEditor;
  private readonly completion: InspectedCompletion;
  private readonly listeners: vscode.Disposable;
  private comparing = new AbortController();
  /** What the view shows. */
  shown: ShownText | undefined;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly engine: EngineSlot,
    private readonly failures: Failures,
  ) {
    this.inspected = new InspectedEditor(engine);
    this.completion = new InspectedCompletion(engine, failures);
    this.listeners = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(viewType, this),
      this.inspected,
      this.completion,
      this.inspected.onChange((what) => {
        if (what === 'text') this.showText();
        this.showPlace();
      }),
      this.completion.onChange((completion) => {
        this.post({ type: 'completion', completion });
      }),
    );
  }

  get isVisible(): boolean {
    return this.panel?.visible === true;
  }

  /** Ids that the model was run over for the curve; for tests. */
  get evaluatedBytes(): number {
    return this.inspected.evaluatedBytes;
  }

  show(): void {
    if (this.panel) {
      this.panel.reveal(undefined, true);
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.adopt(vscode.window.createWebviewPanel(viewType, vscode.l10n.t('Bytewise Inspector'), column));
  }

  /** Measures anew, for example with another model. */
  refresh(): void {
    this.inspected.refresh();
  }

  /** Called by VS Code for a view that was open when the window was closed. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.adopt(panel);
    return Promise.resolve();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    const resources = vscode.Uri.joinPath(this.extension, 'dist', 'inspector');
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'icon.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: [resources] };
    panel.webview.onDidReceiveMessage((text: unknown) => {
      const message = fromView(text);
      if (message)
        this.answer(message).catch((error: unknown) => {
          this.failures.report('Inspector', error);
        });
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.completion.watch(false);
      this.inspected.setActive(this.isVisible);
    });
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = undefined;
      this.shown = undefined;
      this.completion.watch(false);
      this.inspected.setActive(false);
    });
    const uri = (name: string) => panel.webview.asWebviewUri(vscode.Uri.joinPath(resources, name)).toString();
    panel.webview.html = inspectorPage({
      nonce: crypto.randomUUID().replaceAll('-', ''),
      style: uri('main.css'),
      script: uri('main.js'),
      tokenScript: uri('tokens.js'),
      language: vscode.env.language,
      words: vscode.l10n.bundle ?? {},
    });
    this.inspected.setActive(this.isVisible);
  }

  /** Does what a message of the view asks for. */
  async answer(message: FromView): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.showText();
        this.showPlace();
        return;
      case 'go':
        this.go(message);
        return;
      case 'compare': {
        const lines = await this.compare(message.start, message.line);
        if (lines) this.post({ type: 'compared', id: message.id, lines });
        return;
      }
      case 'watch':
        this.completion.watch(message.on);
        if (message.on) await this.completion.show(message.again);
        return;
      case 'saveImage':
        await save(this.fileName(message.format), message.format, message.data);
        return;
      case 'saveTable': {
        const text = this.table(message.format, message.thresholdNats);
        if (text !== undefined)
          await save(this.fileName(message.format), message.format, new TextEncoder().encode(text));
        return;
      }
      case 'run':
        if (helpCommands.includes(message.command)) await vscode.commands.executeCommand(message.command);
    }
  }

  /** The bytes that are shown as a table, with the patches that start above a threshold. */
  table(format: 'csv' | 'json', thresholdNats: number | null): string | undefined {
    if (!this.shown) return undefined;
    const { measured, model, file } = this.shown;
    const first = model.headerIds + measured.start;
    const cut =
      thresholdNats === null || measured.thresholdNats === null
        ? measured
        : { ...measured, thresholdNats, patchStart: entropyStarts(measured.entropyNats, thresholdNats, first) };
    return format === 'csv' ? measuredCsv(cut) : measuredJson(cut, { file, model: model.modelName });
  }

  private fileName(format: string): vscode.Uri | undefined {
    const document = this.inspected.editor?.document;
    return document && vscode.Uri.joinPath(document.uri, '..', `${baseName(document.uri)}-entropy.${format}`);
  }

  private showText(): void {
    if (!this.isVisible) return;
    const { latest, current } = this.inspected;
    if (typeof latest === 'object' && 'failure' in latest) this.failures.report('Inspector', latest.failure);
    // Numbers of an older version stay on screen until there are new ones.
    else if (typeof latest === 'object' && !current) return;
    this.shown = current && shownText(current);
    this.post({ type: 'show', shown: this.shown ?? nothingIn(latest as NoText) });
  }

  private showPlace(): void {
    const { current } = this.inspected;
    if (current) this.post({ type: 'place', place: placeIn(current) });
  }

  private go({ uri, version, start, end }: Extract<FromView, { type: 'go' }>): void {
    const { current } = this.inspected;
    if (version !== current?.version || uri !== current.editor.document.uri.toString()) return;
    const { editor, text, lines } = current;
    const range = toRange({ lines, firstLine: 0 }, { start: text.utf16At(start), end: text.utf16At(end) });
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** The latest question counts; one that was overtaken gets no answer. */
  private async compare(start: number, line: string) {
    this.comparing.abort();
    this.comparing = new AbortController();
    const { current } = this.inspected;
    if (!current) return undefined;
    // The view may speak of an older, longer text.
    const from = byteOffset(Math.min(start, current.text.bytes.length));
    try {
      return await compareLines(this.engine, current, from, line, this.comparing.signal);
    } catch (error) {
      if (isAbort(error)) return undefined;
      this.failures.report('Inspector', error);
      return { failure: error instanceof Error ? error.message : String(error) };
    }
  }

  private post(message: ToView): void {
    if (this.isVisible) void this.panel?.webview.postMessage(packed(message));
  }

  dispose(): void {
    this.comparing.abort();
    this.listeners.dispose();
    this.panel?.dispose();
  }
}

const baseName = ({ path }: vscode.Uri) => path.slice(path.lastIndexOf('/') + 1);
