/** Offers the right word in the list of suggestions while it is being misspelt. */
import * as vscode from 'vscode';
import { abortSignal } from './cancellation';
import type { Config } from './config';
import type { FoundRepair, Typos } from './typos';

/** VS Code waits with its list for all who have something to say, so this one says nothing rather than be late. */
const longestMs = 150;
const mostItems = 3;

export class TypoCompletions implements vscode.CompletionItemProvider {
  constructor(
    private readonly typos: Pick<Typos, 'ofTyped'>,
    private readonly config: Pick<Config, 'settings'>,
  ) {}

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionList | undefined> {
    const { typos, trigger } = this.config.settings;
    if (!typos.suggest || trigger === 'manual') return undefined;
    const controller = new AbortController();
    const abort = abortSignal(token, controller);
    const timer = setTimeout(() => {
      controller.abort();
    }, longestMs);
    try {
      const found = await this.typos.ofTyped({ document, position, invoked: false }, abort.signal);
      const words = found?.words.filter((word) => !isListedAnyway(document, found.written, word)).slice(0, mostItems);
      if (!found || !words || words.length === 0) return undefined;
      // With more of the word there may be a better answer, or none.
      return new vscode.CompletionList(
        words.map((word) => itemOf(found, word)),
        true,
      );
    } finally {
      clearTimeout(timer);
      abort.dispose();
    }
  }
}

function itemOf({ written, text, range }: FoundRepair, word: string): vscode.CompletionItem {
  const description = vscode.l10n.t("instead of '{0}'", written);
  const item = new vscode.CompletionItem({ label: word, description }, vscode.CompletionItemKind.Text);
  item.range = range;
  item.insertText = word;
  // What VS Code compares with what is typed: as it is written, and then as the word goes on.
  item.filterText = written + word.slice(text.length);
  return item;
}

/** Words of the file that contain all typed letters in their order are in VS Code's own list. */
function isListedAnyway(document: vscode.TextDocument, written: string, word: string): boolean {
  const own = vscode.workspace.getConfiguration('editor', document).get('wordBasedSuggestions');
  if (own === 'off' || own === false) return false;
  let at = -1;
  return Array.from(written.toLowerCase()).every((letter) => (at = word.toLowerCase().indexOf(letter, at + 1)) >= 0);
}
