/** The page of statistics: without script, without sources, and with one command of ours. */
import * as vscode from 'vscode';
import { statisticsPage } from '../core/statisticsPage';
import type { CommandId } from './commandIds';
import type { Usage } from './usage';

const resetCommand: CommandId = 'bytewise.resetStatistics';

export class StatisticsPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private readonly listener: vscode.Disposable;

  constructor(private readonly usage: Usage) {
    this.listener = usage.onChange(() => {
      this.write();
    });
  }

  show(): void {
    if (this.panel) {
      this.panel.reveal();
      return;
    }
    this.panel = vscode.window.createWebviewPanel(
      'bytewise.statistics',
      vscode.l10n.t('Bytewise Statistics'),
      vscode.ViewColumn.Active,
      {
        enableScripts: false,
        enableCommandUris: [resetCommand],
        localResourceRoots: [],
      },
    );
    this.panel.onDidDispose(() => {
      this.panel = undefined;
    });
    this.panel.onDidChangeViewState(() => {
      this.write();
    });
    this.write();
  }

  async reset(): Promise<void> {
    const reset = vscode.l10n.t('Reset');
    const question = vscode.l10n.t('Reset the statistics of Bytewise?');
    const answer = await vscode.window.showWarningMessage(question, { modal: true }, reset);
    if (answer === reset) await this.usage.reset();
  }

  /** The HTML of the open page. */
  get html(): string | undefined {
    return this.panel?.webview.html;
  }

  private write(): void {
    // A page in the background is written when it comes to the front.
    if (!this.panel?.visible) return;
    const statistics = this.usage.latest;
    const { language } = vscode.env;
    const since = new Date(statistics.since).toLocaleString(language);
    this.panel.webview.html = statisticsPage({ statistics, nonce: nonce(), since, resetCommand, language });
  }

  dispose(): void {
    this.listener.dispose();
    this.panel?.dispose();
  }
}

const nonce = () => crypto.randomUUID().replaceAll('-', '');
