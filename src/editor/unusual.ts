/** The commands around unusual places: from one to the next, a list, and the words of one line. They work without the heat map. */
import * as vscode from 'vscode';
import { changedLines } from '../core/changedLines';
import { mostUnusual, nextPlace, unusualWords, type UnusualPlace } from '../core/unusualPlaces';
import { committedText } from './committed';
import type { Measurements } from './measurements';
import type { TrackedDocument } from './trackedDocument';

const wanting = 'unusual places';
/** After the last command, in which another one finds everything ready. */
const keptMs = 5 * 60_000;
/** Before a notification tells that something is going on. */
const patienceMs = 500;
/** Words of a line that are read out. */
const mostInLine = 5;

/** Characters of the line that a list shows. */
const longestDetail = 100;

interface Item extends vscode.QuickPickItem {
  readonly place?: UnusualPlace;
}

export class Unusual implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly measurements: Measurements,
    /** The text of a file as it was committed last; nothing without git. */
    private readonly committed = committedText,
  ) {}

  async go(direction: 'next' | 'previous'): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const tracked = editor && (await this.measured(editor));
    if (!editor || !tracked) return;
    const { line, character } = editor.selection.start;
    const place = nextPlace(mostUnusual(tracked.lines), { line, column: character }, direction);
    if (place) this.reveal(editor, place);
    else void vscode.window.showInformationMessage(vscode.l10n.t('Nothing here was unusual to the model.'));
  }

  /** The most unusual places of the file, or of the lines that git does not have. */
  async list(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const tracked = editor && (await this.measured(editor));
    if (!editor || !tracked) return;
    const { document, selection, visibleRanges } = editor;
    const before = await this.committed(document.uri);
    const changed = before === undefined ? undefined : changedLines(before, document.getText());
    const file: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon('file'),
      tooltip: vscode.l10n.t('The whole file'),
    };
    const lines: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon('git-commit'),
      tooltip: vscode.l10n.t('Only lines changed since the last commit'),
    };
    const pick = vscode.window.createQuickPick<Item>();
    pick.matchOnDescription = true;
    const show = (onlyChanged: boolean) => {
      pick.title = onlyChanged
        ? vscode.l10n.t('Unusual Places in Changed Lines')
        : vscode.l10n.t(
            'Unusual Places in {0}',
            tracked.isWhole ? nameOf(document) : vscode.l10n.t('What Was Measured'),
          );
      pick.placeholder = vscode.l10n.t(
        'Unusual to the model is not wrong: rare names are unusual, most mistakes are not',
      );
      const items = mostUnusual(tracked.lines, onlyChanged ? changed : undefined).map((place) =>
        itemOf(place, document),
      );
      const nothing = onlyChanged
        ? vscode.l10n.t('Nothing in the changed lines was unusual')
        : vscode.l10n.t('Nothing was unusual');
      pick.items = items.length > 0 ? items : [{ label: nothing, alwaysShow: true }];
      pick.buttons = changed ? [onlyChanged ? file : lines] : [];
    };
    show(changed !== undefined && changed.size > 0 && changed.size < document.lineCount);
    let accepted = false;
    pick.onDidTriggerButton((button) => {
      show(button === lines);
    });
    pick.onDidChangeActive(([item]) => {
      if (item?.place) this.reveal(editor, item.place);
    });
    pick.onDidAccept(() => {
      accepted = true;
      const [item] = pick.selectedItems;
      if (item?.place) this.reveal(editor, item.place);
      pick.hide();
      void vscode.window.showTextDocument(document, { viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active });
    });
    pick.onDidHide(() => {
      pick.dispose();
      if (accepted) return;
      // Nothing was chosen: back to where the user was.
      editor.selection = selection;
      if (visibleRanges[0]) editor.revealRange(visibleRanges[0], vscode.TextEditorRevealType.AtTop);
    });
    pick.show();
  }

  /** The most unusual words of the line with the cursor, as a list that a screen reader reads. */
  async readLine(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return;
    const { line } = editor.selection.active;
    const tracked = await this.measured(editor, line);
    const numbers = tracked?.lines.numbersOf(line);
    if (!tracked || !numbers) return;
    const places = unusualWords(numbers).slice(0, mostInLine);
    const items: Item[] = places.map((word) => itemOf({ line, ...word }));
    const chosen = await vscode.window.showQuickPick<Item>(
      items.length > 0 ? items : [{ label: vscode.l10n.t('There is nothing but white space in this line') }],
      {
        title: vscode.l10n.t('Line {0}, the most unusual words first', line + 1),
        placeHolder: vscode.l10n.t('Unusual to the model is not wrong'),
      },
    );
    if (chosen?.place) this.reveal(editor, chosen.place);
  }

  private reveal(editor: vscode.TextEditor, { line, start, end }: UnusualPlace): void {
    editor.selection = new vscode.Selection(line, start, line, end);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** Measures the document of an editor as far as it is measured at all, or until one line is. */
  private async measured(editor: vscode.TextEditor, line?: number): Promise<TrackedDocument | undefined> {
    const { document } = editor;
    this.measurements.want(wanting, true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.measurements.want(wanting, false);
    }, keptMs);
    const controller = new AbortController();
    let share = 0;
    const work =
      line === undefined
        ? this.measurements.measureWhole(document, controller.signal, (done) => (share = done))
        : this.measurements.measureLine(document, line, controller.signal);
    const isLong = Symbol();
    const long = new Promise<typeof isLong>((resolve) => setTimeout(resolve, patienceMs, isLong));
    if ((await Promise.race([work, long])) === isLong) await this.showProgress(work, document, () => share, controller);
    return this.measurements.documentOf(document);
  }

  private async showProgress(
    work: Promise<void>,
    document: vscode.TextDocument,
    share: () => number,
    controller: AbortController,
  ): Promise<void> {
    const title = vscode.l10n.t('Reading {0}', nameOf(document));
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => {
        controller.abort();
      });
      let told = 0;
      const timer = setInterval(() => {
        progress.report({ increment: 100 * (share() - told) });
        told = share();
      }, 200);
      await work;
      clearInterval(timer);
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}

const nameOf = (document: vscode.TextDocument) => document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);

/** With a document, its line is shown below. */
function itemOf(place: UnusualPlace, document?: vscode.TextDocument): Item {
  const { line, start, word, bits, rank } = place;
  return {
    label: word,
    description: vscode.l10n.t(
      'line {0}, column {1} · {2} bits, expected as number {3} of 256',
      line + 1,
      start + 1,
      bits.toFixed(1),
      rank + 1,
    ),
    ...(document && { detail: document.lineAt(line).text.trim().slice(0, longestDetail) }),
    place,
  };
}
