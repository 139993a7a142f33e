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

  for (const [name, marked, text, wanted] of [
    ['a.rb', 'def a(b)\n  █', 'c\nend\nd', 'c\nend'],
    ['a.py', 'if a:█\r\n\r\nprint()\r\n', '\n    b()\nelse:\n    c()\nd()', '\n    b()\nelse:\n    c()'],
    ['a.ts', 'f(1);\nconst a = [█\n', '\n  1, 2]\n  b();', '\n  1, 2]'],
  ] as const) {
    test(`${name}: the parser tells where a block ends`, async () => {
      const { document, selection } = await openMarked(name, marked);
      await until('the tree', () => trees.isParsed(document));
      const length = trees.blockEnd(document, selection.active, text);
      assert.equal(text.slice(0, length), wanted);
      // The document's own tree is still the one of the document.
      assert.equal(trees.isParsed(document), true);
      assert.equal(trees.blockEnd(document, selection.active, text), length);
    });
  }

  test('in broken text no parser tells where a block ends', async () => {
    const { document, selection } = await openMarked('broken.ts', 'if (a) {█\n');
    await until('the tree', () => trees.isParsed(document));
    assert.equal(trees.blockEnd(document, selection.active, '\n  b();'), undefined);
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
