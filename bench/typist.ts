/**
 * The simulated user of the evaluation at a keyboard: types a segment key by key, sees ghost text as VS Code shows it, and
 * presses Tab when all of it is right. Every key is an edit of the document and a question to the provider.
 */

import type * as vscode from 'vscode';
import type { InlineCompletions } from '../src/editor/inlineCompletions';
import { CancellationTokenSource, edit, automatically, open, TextDocument } from './standIn/vscode';
import { before as beforeTime, skipTo } from './virtualTime';

/** VS Code waits so long after a key before it asks. */
const editorWaitMs = 50;
/** A shorter text is not worth a key. */
const shortestTaken = 2;

export interface Rhythm {
  /** From one key to the next. */
  readonly intervalMs: number;
  /** From when a suggestion is seen to when it can be taken. */
  readonly reactionMs: number;
}

export interface Typed {
  /** Keystrokes without and with suggestions. */
  readonly keysAlone: number;
  readonly keys: number;
  readonly shown: number;
  /** Shown and wholly right. */
  readonly right: number;
  readonly accepted: number;
  /** From VS Code's question to its new ghost text, which the key after may outrun: of every text that was shown. */
  readonly shownMs: readonly number[];
  /** The same for what was left of a text that stood there. */
  readonly goneOnMs: readonly number[];
}

/** What is typed of a segment: no blanks at the ends of lines, and an Enter in the end. */
const typable = (segment: string): string => segment.replaceAll(/[ \t]+(?=\n|$)/g, '').replace(/\n?$/, '\n');

export async function typeWith(
  provider: InlineCompletions,
  file: { readonly path: string; readonly languageId: string; readonly before: string; readonly segment: string },
  { intervalMs, reactionMs }: Rhythm,
): Promise<Typed> {
  const [indentation = ''] = /^[ \t]*/.exec(file.segment) ?? [];
  const text = typable(file.segment.slice(indentation.length));
  const document = new TextDocument(`/${file.path}`, file.languageId, file.before + indentation);
  open(document);
  const sum = { keys: 0, shown: 0, right: 0, accepted: 0, shownMs: [] as number[], goneOnMs: [] as number[] };
  let ghost: { item: vscode.InlineCompletionItem; text: string; since: number } | undefined;
  let at = 0;
  let keyAt = performance.now();
  const insert = (what: string) => {
    edit(document, { rangeOffset: document.getText().length, rangeLength: 0, text: what });
    at += what.length;
  };
  /** Asks as VS Code does after an edit, until the next key. */
  const look = async () => {
    skipTo(keyAt + editorWaitMs);
    const source = new CancellationTokenSource();
    const asked = performance.now();
    const items = await beforeTime(keyAt + intervalMs, ask(provider, document, source));
    if (items) {
      const [item] = items;
      const shown = typeof item?.insertText === 'string' ? item.insertText : '';
      const now = performance.now();
      if (shown !== '' && shown === ghost?.text) sum.goneOnMs.push(now - asked);
      else if (shown !== '') {
        sum.shown++;
        sum.right += isRight(shown) ? 1 : 0;
        sum.shownMs.push(now - asked);
      }
      ghost =
        item && shown !== '' ? { item, text: shown, since: shown === ghost?.text ? ghost.since : now } : undefined;
    }
    skipTo(keyAt + intervalMs);
    source.cancel();
  };
  const isRight = (shown: string) => text.startsWith(shown, at);
  while (at < text.length) {
    const seen = ghost !== undefined && ghost.since + reactionMs <= keyAt;
    keyAt = performance.now();
    sum.keys++;
    if (ghost && seen && ghost.text.length >= shortestTaken && isRight(ghost.text)) {
      sum.accepted++;
      const { command } = ghost.item;
      insert(ghost.text);
      ghost = undefined;
      // The provider's work on the next one is not waited for.
      const [accepted] = (command?.arguments ?? []) as Partial<Parameters<InlineCompletions['accepted']>>;
      if (accepted) void provider.accepted(accepted);
    } else {
      const key = keyOf(text.slice(at));
      ghost =
        ghost?.text.startsWith(key) && ghost.text !== key
          ? { ...ghost, text: ghost.text.slice(key.length) }
          : undefined;
      insert(key);
    }
    await look();
  }
  return { ...sum, keysAlone: keysOf(text) };
}

/** The first key of a text: a character, or Enter with the indentation that the editor gives. */
const keyOf = (text: string): string => /^\n[ \t]*|^./su.exec(text)?.[0] ?? '';

export function keysOf(text: string): number {
  let keys = 0;
  for (let at = 0; at < text.length; at += keyOf(text.slice(at)).length) keys++;
  return keys;
}

async function ask(
  provider: InlineCompletions,
  document: TextDocument,
  { token }: CancellationTokenSource,
): Promise<vscode.InlineCompletionItem[]> {
  const cursor = document.positionAt(document.getText().length);
  return provider.provideInlineCompletionItems(document as never, cursor as never, automatically, token);
}
