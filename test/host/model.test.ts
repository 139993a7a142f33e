// The whole way with the model that is shipped: from a keystroke to text that the user has accepted.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isOvertaken } from '../../src/core/decision';
import type { BytewiseApi } from '../../src/extension';
import { accept, activeExtension, openMarked, run, set, type, until, warmUp } from './bytewise';

const source = 'export interface Item {\n  sku: string;\n  name: string;\n  description: stri█\n}\n';

suite('the shipped model', () => {
  let bytewise: BytewiseApi;
  suiteSetup(async () => {
    bytewise = await activeExtension();
    await warmUp();
  });
  teardown(async () => {
    for (const key of ['confidence', 'enable', 'languages', 'maxBytes'] as const) await set(key, undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  /** Waits for the decision about a cursor, told apart from earlier ones by the name of the file. */
  const decisionIn = (name: string) =>
    until(`a decision in ${name}`, () =>
      bytewise.decisions.latest.findLast(({ where, reason }) => where.includes(name) && !isOvertaken(reason)),
    );

  test('is loaded from the extension', async () => {
    const info = await bytewise.engine.load();
    assert.equal(info.modelName, 'bytewise-small');
  });

  test('suggests while the user types, and the suggestion can be accepted', async () => {
    const editor = await openMarked('accept.ts', source);
    await type('n');
    const decision = await decisionIn('accept.ts');
    assert.equal(decision.reason, undefined);
    assert.equal(decision.text, 'g;');
    await accept(editor);
    assert.equal(editor.document.lineAt(3).text, '  description: string;');
  });

  test('suggests on demand without a keystroke', async () => {
    await openMarked('demand.ts', source);
    await run('bytewise.triggerSuggestion');
    assert.equal((await decisionIn('demand.ts')).text, 'ng;');
  });

  test('keeps to the longest suggestion that the user wants', async () => {
    await set('maxBytes', 1);
    await openMarked('short.ts', source);
    await run('bytewise.triggerSuggestion');
    assert.equal((await decisionIn('short.ts')).text, 'n');
  });

  const silent: [what: string, setting: () => Thenable<void>, reason: string][] = [
    ['no suggestions', () => set('enable', false), 'disabled'],
    ['no suggestions in TypeScript', () => set('languages', { typescript: false }), 'language-off'],
  ];
  for (const [what, change, reason] of silent) {
    test(`is not asked when the user wants ${what}`, async () => {
      await change();
      const name = `${reason}.ts`;
      await openMarked(name, source);
      await run('bytewise.triggerSuggestion');
      assert.equal((await decisionIn(name)).reason, reason);
    });
  }

  test('suggests nothing to two cursors', async () => {
    await openMarked('two.ts', source.replace('name: string', 'name: stri█'));
    await type('n');
    // With several cursors VS Code itself asks nobody; if it does, the answer is no.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.ok(bytewise.decisions.latest.every(({ where, reason }) => !where.includes('two.ts') || reason));
  });
});
