// What the extension does in the extension host opens no connection. The host itself does, so the stack tells whose it is.
import assert from 'node:assert/strict';
import net from 'node:net';
import * as vscode from 'vscode';
import type { BytewiseApi } from '../../src/extension';
import { watchNetwork } from '../harness/networkGuard.cjs';
import { activeExtension, openMarked, run, until, warmUp } from './bytewise';

suite('network', () => {
  let bytewise: BytewiseApi;
  let stop = () => {};
  const attempts: string[] = [];

  suiteSetup(async () => {
    bytewise = await activeExtension();
    await warmUp();
    const note = (stack: string) => attempts.push(stack);
    stop = watchNetwork(note, (stack) => /[\\/]dist(-test)?[\\/]/.test(stack));
  });
  suiteTeardown(async () => {
    stop();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  test('an attempt of ours would be noticed', () => {
    assert.throws(() => net.connect(9, '127.0.0.1'), /No network/);
    assert.throws(() => globalThis.fetch('http://127.0.0.1:9'), /No network/);
    assert.equal(attempts.length, 2);
    attempts.length = 0;
  });

  test('completing, measuring, explaining, counting and reporting make none', async () => {
    await run('bytewise.restartEngine');
    await openMarked('network.ts', 'const a = █');
    await run('bytewise.triggerSuggestion');
    await until('a decision', () => bytewise.decisions.latest.some(({ where }) => where.includes('network.ts')));
    await run('bytewise.toggleHeatMap');
    await until('a heat map', () =>
      vscode.window.visibleTextEditors.some((editor) => bytewise.measurements.of(editor)),
    );
    await run('bytewise.toggleHeatMap');
    assert.ok(bytewise.explanation.entries().length > 0);
    await run('bytewise.showStatistics');
    await run('bytewise.showReport');
    await run('bytewise.releaseMemory');
    assert.deepEqual(attempts, []);
  });
});
