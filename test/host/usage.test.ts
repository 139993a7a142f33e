// What is counted, from edits in a real editor: shown, accepted in parts or whole, kept.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { keptAfterSeconds } from '../../src/core/statistics';
import { Usage } from '../../src/editor/usage';
import { activeExtension, openMarked, run, type, until, warmUp } from './bytewise';

class Memory implements vscode.Memento {
  readonly stored = new Map<string, unknown>();
  keys = () => [...this.stored.keys()];
  get = <T>(key: string, fallback?: T) => (this.stored.get(key) ?? fallback) as T;
  update = (key: string, value: unknown) => Promise.resolve(void this.stored.set(key, value));
}

suite('usage', () => {
  let usage: Usage;
  let memory: Memory;
  const { setTimeout: original } = globalThis;

  suiteSetup(async () => {
    await activeExtension();
    await warmUp();
  });
  setup(() => {
    memory = new Memory();
    // The long waits of this class alone, a hundred times as fast.
    const long = new Set<number>(keptAfterSeconds.map((seconds) => seconds * 1_000));
    const faster = (callback: () => void, ms = 0) => original(callback, long.has(ms) ? ms / 100 : ms);
    globalThis.setTimeout = Object.assign(faster, original);
    usage = new Usage(memory);
  });
  teardown(async () => {
    globalThis.setTimeout = original;
    usage.dispose();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  const counts = () => usage.latest.languages['javascript'];
  const offer = (editor: vscode.TextEditor, text: string) => {
    usage.offered(editor.document, editor.selection.active, text);
  };
  const insert = (editor: vscode.TextEditor, text: string) =>
    editor.edit((edit) => {
      edit.insert(editor.selection.active, text);
    });
  const wait = (ms: number) => new Promise((resolve) => original(resolve, ms));

  test('what stands for 750 ms was shown, once, also while it is typed', async () => {
    const editor = await openMarked('shown.js', 'a = █');
    offer(editor, 'foo(bar);');
    await wait(400);
    assert.equal(counts(), undefined);
    await type('f');
    offer(editor, 'oo(bar);');
    await until('the count', () => counts()?.shown === 1, 5_000);
    await type('o');
    offer(editor, 'o(bar);');
    await wait(900);
    assert.equal(counts()?.shown, 1);
    assert.equal(counts()?.accepted, 0);
  });

  test('what is typed away from was not shown', async () => {
    const editor = await openMarked('away.js', 'a = █');
    offer(editor, 'foo(bar);');
    await type('x');
    await wait(900);
    assert.equal(counts(), undefined);
  });

  test('parts that are accepted count as one suggestion', async () => {
    const editor = await openMarked('parts.js', 'a = █');
    offer(editor, 'foo(bar);');
    await insert(editor, 'foo');
    assert.deepEqual([counts()?.shown, counts()?.accepted, counts()?.savedCharacters], [1, 1, 2]);
    offer(editor, '(bar);');
    await insert(editor, '(bar);');
    assert.deepEqual([counts()?.shown, counts()?.accepted, counts()?.savedCharacters], [1, 1, 7]);
  });

  test('a single character counts when VS Code says that it was accepted', async () => {
    const editor = await openMarked('single.js', 'a = 1█');
    offer(editor, ';');
    await insert(editor, ';');
    assert.equal(counts()?.accepted ?? 0, 0);
    usage.accepted(editor.document, ';');
    assert.deepEqual([counts()?.accepted, counts()?.savedCharacters], [1, 0]);
  });

  test('an accepted text is looked for again, and followed to its new place', async () => {
    const editor = await openMarked('kept.js', 'a = █\n');
    offer(editor, 'foo(bar);');
    await insert(editor, 'foo(bar);');
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), '// A line more.\n');
    });
    await until('the first look', () => counts()?.kept[30].checked === 1, 10_000);
    assert.equal(counts()?.kept[30].kept, 1);
    await editor.edit((edit) => {
      edit.delete(new vscode.Range(1, 0, 2, 0));
    });
    await until('the second look', () => counts()?.kept[120].checked === 1, 10_000);
    assert.equal(counts()?.kept[120].kept, 0);
  });

  test('it is stored, and can be reset', async () => {
    const editor = await openMarked('stored.js', 'a = █');
    offer(editor, 'foo(bar);');
    await insert(editor, 'foo(bar);');
    await until('the store', () => memory.stored.get('statistics') !== undefined, 10_000);
    assert.deepEqual(memory.stored.get('statistics'), usage.latest);
    const again = new Usage(memory);
    assert.deepEqual(again.latest, usage.latest);
    again.dispose();
    await usage.reset();
    assert.deepEqual(usage.latest.languages, {});
    assert.deepEqual(memory.stored.get('statistics'), usage.latest);
  });

  test('the page shows the same numbers, and runs no script', async () => {
    const bytewise = await activeExtension();
    await run('bytewise.showStatistics');
    const page = await until('the page', () => bytewise.statisticsPanel.html);
    assert.match(page, /default-src 'none'; style-src 'nonce-\w{32}';/);
    const shown = Object.values(bytewise.usage.latest.languages).reduce((sum, one) => sum + one.shown, 0);
    assert.ok(page.includes(shown > 0 ? `<td>${shown}</td>` : 'Nothing has been suggested yet'), page);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
