// What the host tests share: the extension with a model, and the actions of a user in the editor.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { BytewiseApi } from '../../src/extension';
import type { CommandId } from '../../src/editor/commandIds';
import type { SettingKey } from '../../src/editor/settings';

/** Activates the extension. As long as no trained model is in the checkout, a tiny random one takes its place. */
export async function activeExtension(): Promise<BytewiseApi> {
  const extension = vscode.extensions.getExtension<BytewiseApi>('bytewise.bytewise');
  assert.ok(extension, 'bytewise.bytewise is installed');
  const api = await extension.activate();
  if (!hasTrainedModel(extension.extensionPath)) {
    await set('model.directory', path.join(extension.extensionPath, 'test/fixtures/models/oracle-tiny'));
  }
  return api;
}

export const hasTrainedModel = (root: string) => existsSync(path.join(root, 'models/bytewise-small'));

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
export async function until<T>(what: string, ask: () => T, limit = 20_000): Promise<NonNullable<T>> {
  const end = Date.now() + limit;
  for (;;) {
    const answer = ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`Waited ${limit} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
