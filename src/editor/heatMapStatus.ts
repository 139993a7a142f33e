/** The status bar item of the heat map: how long patches are. Its tooltip is the legend. */
import * as vscode from 'vscode';
import { legend, legendInWords } from '../core/picture';
import type { CommandId } from './commandIds';
import type { Config } from './config';
import type { EngineSlot } from './engineSlot';
import type { Measurements } from './measurements';
import { words, type ShownQuantity } from './shownQuantity';
import { themeKind } from './theme';
import type { TrackedDocument } from './trackedDocument';

/** Numbers in the background come several times per second. */
const shortestMs = 250;

export class HeatMapStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('bytewise.heatMap', vscode.StatusBarAlignment.Right, 99);
  private readonly listeners: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly measurements: Measurements,
    private readonly engine: EngineSlot,
    private readonly shown: ShownQuantity,
    private readonly config: Config,
    /** Whether the heat map or the patch marks are on. */
    private readonly isWanted: () => boolean,
    onWantedChange: readonly vscode.Event<unknown>[],
  ) {
    this.item.name = vscode.l10n.t('Bytewise Heat Map');
    this.item.command = 'bytewise.chooseQuantity' satisfies CommandId;
    const soon = () => {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.update();
      }, shortestMs);
    };
    const events: readonly vscode.Event<unknown>[] = [
      measurements.onChange,
      measurements.onGrow,
      shown.onChange,
      config.onChange,
      vscode.window.onDidChangeActiveTextEditor,
      vscode.window.onDidChangeActiveColorTheme,
      ...onWantedChange,
    ];
    this.listeners = vscode.Disposable.from(...events.map((event) => event(soon)));
    soon();
  }

  private update(): void {
    const document = vscode.window.activeTextEditor?.document;
    const tracked = document && this.measurements.documentOf(document);
    if (!tracked || !this.isWanted()) {
      this.item.hide();
      return;
    }
    const { bytes, patches } = tracked.lines.totals;
    const length = patches > 0 ? (bytes / patches).toFixed(1) : '–';
    this.item.text = tracked.canBeMeasured
      ? vscode.l10n.t('$(graph-scatter) {0} bytes/patch', length)
      : vscode.l10n.t('$(graph-scatter) file too large');
    this.item.accessibilityInformation = {
      label: vscode.l10n.t('Heat map of {0}, {1} bytes per patch', words(this.shown.value).label, length),
    };
    this.item.tooltip = this.tooltip(tracked, length);
    this.item.show();
  }

  private tooltip(tracked: TrackedDocument, length: string): vscode.MarkdownString {
    const { bytes, patches } = tracked.lines.totals;
    const picture = `![${legendInWords()}](${legend(themeKind(), this.config.settings.scale)})`;
    const last = this.engine.last;
    const lines = [
      vscode.l10n.t('**{0}** in bits', words(this.shown.value).label),
      picture,
      vscode.l10n.t('{0} bytes measured in {1} patches: {2} bytes per patch on average.', bytes, patches, length),
      // One step of the latent transformer reads one patch.
      last && last.patches > 0
        ? vscode.l10n.t(
            'The last suggestion: {0} bytes in {1} latent steps, {2} bytes per step.',
            last.bytes.length,
            last.patches,
            (last.bytes.length / last.patches).toFixed(1),
          )
        : vscode.l10n.t('Each patch is one step of the latent transformer.'),
    ];
    if (!tracked.canBeMeasured) {
      lines.push(vscode.l10n.t("The model's own uncertainty is not shown in files of more than 1 MB."));
    } else if (!tracked.isWhole) {
      lines.push(vscode.l10n.t('The file has more than 1 MB, so only what you look at is measured.'));
    }
    return new vscode.MarkdownString(lines.join('\n\n'));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.dispose();
    this.item.dispose();
  }
}
