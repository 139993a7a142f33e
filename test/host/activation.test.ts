// Host tests run inside a real extension host, with `vscode` at hand and mocha's tdd interface (suite, test).
// Every test/host/*.test.ts is bundled and run by `npm run test:host`; TEST_GREP='part of a title' runs some of them.
// The open folder is a private copy of test/fixtures/sample, so a test may change files as it likes.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

suite('activation', () => {
  test('VS Code knows the extension and activates it', async () => {
    const extension = vscode.extensions.getExtension('bytewise.bytewise');
    assert.ok(extension, 'bytewise.bytewise is installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
