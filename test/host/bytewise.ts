// What the host tests share: the extension with a model, and the actions of a user in the editor.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { BytewiseApi } from '../../src/extension';
import type { CommandId } from '../../src/editor/commandIds';
import type { SettingKey } from '../../src/editor/settings';

/** The running extension, with the model that is shipped. */
export async function activeExtension(): Promise<BytewiseApi> {
  const extension = vscode.extensions.getExtension<BytewiseApi>('bytewise.bytewise');
  assert.ok(extension, 'bytewise.bytewise is installed');
  return extension.activate();
}

export async function set(key: SettingKey, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('bytewise').update(key, value, vscode.ConfigurationTarget.Global);
}

export const run = (id: CommandId | 'undo' | 'editor.action.inlineSuggest.commit') =>
  vscode.commands.executeCommand(id);

export const type = (text: string) => vscode.commands.executeCommand('type', { text });

let files = 0;

/** Opens a new file of the workspace, in a folder of its own. `█` marks the cursor; two of them make two cursors. */
export async function openMarked(name: string, marked: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  const uri = vscode.Uri.joinPath(folder.uri, String(++files), name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(marked.replaceAll('█', '')));
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  const parts = marked.split('█');
  const cursors = parts.slice(0, -1).map((_, index) => document.positionAt(parts.slice(0, index + 1).join('').length));
  if (cursors.length > 0) editor.selections = cursors.map((cursor) => new vscode.Selection(cursor, cursor));
  return editor;
}

/** Asks every 50 ms until the answer is truthy and returns it. */
export async function until<T>(what: string, ask: () => T | Promise<T>, limit = 20_000): Promise<NonNullable<T>> {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`Waited ${limit} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Runs a command of VS Code that accepts, again where the suggestion has not reached the editor yet. Never two at a time: the
 * second would accept what comes next. A command may end long after its text, when it prepares the next suggestion.
 */
export async function accept({ document }: vscode.TextEditor, command = 'editor.action.inlineSuggest.commit') {
  const before = document.getText();
  const hasChanged = () => document.getText() !== before;
  await until('the accepted text', async () => {
    await Promise.race([vscode.commands.executeCommand(command), until('the accepted text', hasChanged)]);
    return hasChanged();
  });
}

/** VS Code builds the parts of its first editor one by one, and asks no provider before that. */
export async function warmUp(): Promise<void> {
  let questions = 0;
  const provideInlineCompletionItems = () => {
    questions++;
    return [];
  };
  const provider = vscode.languages.registerInlineCompletionItemProvider('*', { provideInlineCompletionItems });
  await openMarked('warmUp.txt', '█');
  for (let count = 0; count < 100 && questions === 0; count++) {
    await type(' ');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  provider.dispose();
  assert.ok(questions > 0, 'VS Code asks a provider');
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}
