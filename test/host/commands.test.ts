// The commands that need no model's opinion: toggles, report, restart, failure.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { BytewiseApi } from '../../src/extension';
import { commandIds } from '../../src/editor/commandIds';
import { activeExtension, openMarked, run, set, type, until } from './bytewise';

suite('commands', () => {
  let bytewise: BytewiseApi;
  suiteSetup(async () => {
    bytewise = await activeExtension();
  });

  const enabled = () => vscode.workspace.getConfiguration('bytewise').get('enable');

  test('all of them are there', async () => {
    const all = await vscode.commands.getCommands();
    for (const id of commandIds) assert.ok(all.includes(id), id);
  });

  test('completions can be toggled', async () => {
    assert.equal(enabled(), true);
    await run('bytewise.toggleCompletions');
    assert.equal(enabled(), false);
    await run('bytewise.toggleCompletions');
    assert.equal(enabled(), true);
    await set('enable', undefined);
  });

  test('the report tells what is loaded, and cannot be edited', async () => {
    await run('bytewise.showReport');
    const { document } = await until('the report', () => {
      const editor = vscode.window.activeTextEditor;
      return editor?.document.uri.scheme === 'bytewise-report' ? editor : undefined;
    });
    const text = document.getText();
    const info = await bytewise.engine.load();
    assert.ok(text.includes(info.modelName), text);
    assert.ok(text.includes(info.modelSha256), text);
    assert.ok(text.includes(info.device), text);
    await type('x');
    assert.equal(document.getText(), text);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  test('a restart ends the engine, and the next request starts a new one', async () => {
    await bytewise.engine.load();
    await run('bytewise.restartEngine');
    assert.equal(bytewise.engine.state, 'idle');
    await bytewise.engine.load();
    assert.equal(bytewise.engine.state, 'ready');
  });

  test('the memory can be released at once, and the next request loads again', async () => {
    await bytewise.engine.load();
    await run('bytewise.releaseMemory');
    assert.deepEqual([bytewise.engine.state, bytewise.engine.info], ['idle', undefined]);
    await bytewise.engine.load();
    assert.equal(bytewise.engine.state, 'ready');
  });

  test('a snooze holds suggestions back, is explained, and ends', async () => {
    await openMarked('snoozed.js', 'a = █');
    const here = () => bytewise.explanation.entries()[1]?.label ?? '';
    bytewise.snooze.start(5);
    assert.match(here(), /Suggestions are snoozed/);
    bytewise.snooze.start(0);
    assert.match(here(), /Nothing holds a suggestion back/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('the explanation names the setting, with time and place', async () => {
    await set('languages', { javascript: false });
    await openMarked('explained.js', 'a = █');
    await run('bytewise.triggerSuggestion');
    const [, here, , latest] = await until('the decision', () => {
      const entries = bytewise.explanation.entries();
      return entries[3]?.description?.includes('explained.js') ? entries : undefined;
    });
    assert.ok(here && latest);
    for (const entry of [here, latest]) {
      assert.match(entry.label, /Suggestions are off in this language/);
      assert.deepEqual(entry.remedy, { setting: 'languages' });
      assert.match(entry.detail ?? '', /Opens the setting/);
    }
    assert.match(latest.description ?? '', /\d+:\d\d:\d\d.* · .*explained\.js:1:5/);
    await set('languages', undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('a model folder that does not exist is a failure and no exception, and can be mended', async () => {
    const configuration = vscode.workspace.getConfiguration('bytewise');
    const before = configuration.inspect('model.directory')?.globalValue;
    await set('model.directory', '/nowhere/at/all');
    await until('the engine to be reset', () => bytewise.engine.state === 'idle');
    const editor = await openMarked('a.js', 'const a = █');
    await run('bytewise.triggerSuggestion');
    await until('the failure', () => bytewise.engine.state === 'failed');
    await until('its reason', () => bytewise.decisions.latest.at(-1)?.reason === 'failed');
    assert.equal(editor.document.getText(), 'const a = ');
    await set('model.directory', before);
    await until('the engine to be reset', () => bytewise.engine.state === 'idle');
    await bytewise.engine.load();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
