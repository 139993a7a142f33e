// Syntax trees of real documents, from the grammars in the package.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Grammars } from '../../src/editor/grammars';
import { SyntaxTrees } from '../../src/editor/syntaxTrees';
import { activeExtension, openMarked, until } from './bytewise';

suite('syntax trees', () => {
  let trees: SyntaxTrees;

  suiteSetup(async () => {
    await activeExtension();
    const extension = vscode.extensions.getExtension('bytewise.bytewise');
    assert.ok(extension);
    trees = new SyntaxTrees(new Grammars(vscode.Uri.joinPath(extension.extensionUri, 'dist/grammars')));
  });
  suiteTeardown(() => {
    trees.dispose();
  });
  teardown(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  const kind = ({ document, selection }: vscode.TextEditor) => trees.kindAt(document, selection.active);

  for (const [name, marked, wanted] of [
    ['a.js', 'a = `b ${c} d█`;\n', 'string'],
    ['a.py', 'a = f"{b█}"\n', 'code'],
    ['a.rs', '/// a█\nfn b() {}\n', 'comment'],
    ['a.java', 'class A {\r\n  // b\r\n  int c;\r\n  String d = "e█";\r\n}\r\n', 'string'],
  ] as const) {
    test(`${name} is parsed`, async () => {
      const editor = await openMarked(name, marked);
      await until('the tree', () => kind(editor) !== undefined);
      assert.equal(kind(editor), wanted);
    });
  }

  test('an edit is followed at once', async () => {
    const editor = await openMarked('edit.ts', 'const a = 1;\nconst b = █;\n');
    await until('the tree', () => kind(editor) !== undefined);
    assert.equal(kind(editor), 'code');
    for (const [inserted, wanted] of [
      ['"x"', 'code'],
      [' /* y', undefined],
      [' */ + `z', undefined],
      ['${', undefined],
      ['1}`', 'code'],
    ] as const) {
      await editor.edit((edit) => {
        edit.insert(editor.selection.active, inserted);
      });
      // What is broken for a moment is the scan's; what is whole is known.
      if (wanted) assert.equal(kind(editor), wanted, inserted);
    }
  });

  test('a long file is parsed in slices, and a huge one not at all', async () => {
    const long = await openMarked('long.ts', `${'const a = { b: [1, 2, "c"] };\n'.repeat(10_000)}// d█\n`);
    await until('the tree', () => kind(long) === 'comment', 60_000);
    const huge = await openMarked('huge.ts', `${'const a = { b: [1, 2, "c"] };\n'.repeat(40_000)}// d█\n`);
    assert.equal(kind(huge), undefined);
  });

  test('a language without a grammar has no tree', async () => {
    assert.equal(kind(await openMarked('a.lua', 'a = 1 █\n')), undefined);
  });
});
