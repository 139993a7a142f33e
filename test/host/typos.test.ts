// Repairs of misspelt words in a real editor, with an engine that finds right whatever is a word of the file.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ScoreRequest } from '../../src/core/engine';
import { gates } from '../../src/core/suggestion';
import { Blocks } from '../../src/editor/blocks';
import { Decisions } from '../../src/editor/decisions';
import { Failures } from '../../src/editor/failures';
import { FileRules } from '../../src/editor/fileRules';
import { FixOnAccept } from '../../src/editor/fixOnAccept';
import { InlineCompletions } from '../../src/editor/inlineCompletions';
import type { Settings } from '../../src/editor/settings';
import { Suppressions } from '../../src/editor/suppression';
import { TextKinds } from '../../src/editor/textKinds';
import { TypoCompletions } from '../../src/editor/typoCompletions';
import { TypoQuickFix } from '../../src/editor/typoQuickFix';
import { Typos, type FoundRepair } from '../../src/editor/typos';
import { ScriptedEngine, scriptedResult } from '../unit/editor/scriptedEngine';
import { activeExtension, openMarked, run, set, type, until, warmUp } from './bytewise';

const settings: Settings = {
  enable: true,
  trigger: 'automatic',
  languages: { '*': true },
  inComments: true,
  inStrings: true,
  exclude: ['*.min.js'],
  secretFiles: ['*.pem'],
  gate: gates.balanced,
  typos: { fixOnAccept: true, quickFix: true, suggest: true },
  modelDirectory: '',
  executionProvider: 'auto',
  maxBytes: 32,
  unloadAfterMinutes: 0,
  onBattery: 'run',
  otherFiles: true,
  scale: 'cividis',
};
const off = { typos: { fixOnAccept: false, quickFix: false, suggest: false } };

const bytes = (text: string) => new TextEncoder().encode(text);
const words = (text: Uint8Array | undefined) => new TextDecoder().decode(text);
/** What is written, the last target, costs more than any other reading. */
const bitsOf = (written: number) => (request: ScoreRequest) =>
  Promise.resolve({
    bits: request.targets.map((_, i) => Float32Array.of(i === request.targets.length - 1 ? written : 5)),
    reusedBytes: 0,
    ms: 1,
  });

suite('typos', () => {
  let disposables: { dispose(): unknown }[] = [];
  let scored: ScoreRequest[] = [];
  let marked: FoundRepair[] = [];
  let announced: FoundRepair[] = [];

  suiteSetup(async () => {
    await activeExtension();
    await set('enable', false);
    await warmUp();
  });
  suiteTeardown(() => set('enable', undefined));
  setup(() => {
    disposables = [];
    [scored, marked, announced] = [[], [], []];
  });
  teardown(async () => {
    for (const disposable of disposables) disposable.dispose();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  function parts(more: Partial<Settings> = {}, { written = 60, suggestion = '' } = {}) {
    const log = vscode.window.createOutputChannel('Bytewise test', { log: true });
    const engine = new ScriptedEngine({
      complete: ({ prefix }) => {
        // Nothing comes after what was accepted, whoever accepts twice.
        const text = words(prefix).includes('+ tax') ? '' : suggestion;
        const probabilities = new Float32Array(text.length).fill(1);
        return Promise.resolve({ ...scriptedResult, bytes: bytes(text), probabilities, confidences: probabilities });
      },
      score: (request) => {
        scored.push(request);
        return bitsOf(written)(request);
      },
    });
    const config = {
      settings: { ...settings, ...more },
      onChange: new vscode.EventEmitter<{ engine: boolean }>().event,
    };
    const files = new FileRules(config);
    const battery = { isInUse: false };
    const textKinds = new TextKinds({ kindAt: () => undefined });
    const blocks = new Blocks(textKinds, { isParsed: () => false, blockEnd: () => undefined });
    const suppressions = new Suppressions(config, files, { isOn: false }, battery, textKinds);
    const failures = new Failures(log);
    const typos = new Typos({ engine, suppressions, failures });
    const notice = {
      mark: (_: vscode.TextDocument, found: FoundRepair) => void marked.push(found),
      unmark: () => {},
      announce: (_: vscode.TextDocument, found: FoundRepair) => void announced.push(found),
    };
    const fixes = new FixOnAccept(typos, config, notice);
    const decisions = new Decisions(log);
    const usage = { offered: () => {}, accepted: () => {}, withdraw: () => {} };
    const provider = new InlineCompletions({
      engine,
      config,
      suppressions,
      blocks,
      battery,
      failures,
      decisions,
      usage,
      neighbours: { of: () => [] },
      fixes,
    });
    disposables.push(log, files, fixes, provider);
    const accepted = vscode.commands.registerCommand(
      'bytewise.test.accepted',
      (value: Parameters<typeof provider.accepted>[0]) => provider.accepted(value),
    );
    /** The command of the extension itself would go to its own provider. */
    const ghostText: vscode.InlineCompletionItemProvider = {
      async provideInlineCompletionItems(...args) {
        const items = await provider.provideInlineCompletionItems(...args);
        for (const item of items)
          if (item.command) item.command = { ...item.command, command: 'bytewise.test.accepted' };
        return items;
      },
    };
    disposables.push(accepted, vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, ghostText));
    return {
      reasons: () => decisions.latest.map(({ reason }) => reason ?? 'shown'),
      quickFix: new TypoQuickFix(typos, config),
      completions: new TypoCompletions(typos, config),
    };
  }

  /** Accepts what is shown, once: another try would end the undo step, so each is waited for. */
  async function commit({ document }: vscode.TextEditor): Promise<void> {
    for (let tries = 0; tries < 100 && !document.getText().includes(' + tax;'); tries++) {
      await run('editor.action.inlineSuggest.commit');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Types the last letter, waits for ghost text and accepts it. */
  async function accept(
    editor: vscode.TextEditor,
    reasons: () => readonly string[],
    whole: RegExp,
    isReady = () => true,
  ): Promise<void> {
    await type('l');
    await until('a suggestion', () => reasons().includes('shown') && isReady());
    await commit(editor);
    await until('the accepted text', () => whole.test(editor.document.getText()));
  }

  const code = 'function sum(total, tax) {\n  log(total);\n  return toat█\n}\n';
  const before = code.replace('█', '');

  test('accepting fixes the typo before it, and one undo takes both back', async () => {
    const { reasons } = parts({}, { suggestion: ' + tax;' });
    const editor = await openMarked('fix.js', code);
    await accept(editor, reasons, /return total \+ tax;$/m, () => marked.length === 1);
    assert.equal(marked[0]?.text, 'total');
    await until('the announcement', () => announced.length === 1);
    assert.equal(announced[0]?.written, 'toatl');
    assert.equal(words(scored[0]?.targets.at(-1)), 'toatl + tax;');
    assert.equal(words(scored[0]?.targets[0]), 'total + tax;');
    const { text } = editor.document.lineAt(2);
    assert.equal(editor.selection.active.character, text.length);
    await run('undo');
    assert.equal(editor.document.getText(), before.replace('toat\n', 'toatl\n'));
    await vscode.commands.executeCommand('redo');
    assert.match(editor.document.getText(), /return total \+ tax;$/m);
  });

  test('typing what is shown keeps the fix', async () => {
    const { reasons } = parts({}, { suggestion: ' + tax;' });
    const editor = await openMarked('through.js', code);
    await type('l');
    await until('a suggestion', () => reasons().includes('shown'));
    await until('the mark', () => marked.length === 1);
    await type(' ');
    await until('the rest', () => reasons().filter((reason) => reason === 'shown').length >= 2);
    await commit(editor);
    await until('the fix', () => editor.document.getText().includes('return total + tax;'));
    assert.equal(scored.length, 1);
  });

  test('what another document says, or a document that becomes dirty, loses no fix', async () => {
    const { document } = await openMarked('kept.js', 'log(total);\nreturn toatl█\n');
    const range = new vscode.Range(1, 7, 1, 12);
    const found: FoundRepair = {
      ...{ written: 'toatl', text: 'total', word: 'total', words: ['total'], typoBits: 5, gainBits: 50 },
      range,
    };
    const typos = { ofAccepted: () => Promise.resolve(found) };
    const fixes = new FixOnAccept(typos, { settings }, { mark: () => {}, unmark: () => {}, announce: () => {} });
    disposables.push(fixes);
    fixes.offered(document, range.end, ' + tax;');
    // The edit of the acceptance makes the document dirty; VS Code asks for the next suggestion before it runs the command.
    await type(' + tax;');
    fixes.withdraw();
    const other = await vscode.workspace.openTextDocument({ content: 'a' });
    const edit = new vscode.WorkspaceEdit();
    edit.insert(other.uri, new vscode.Position(0, 0), 'b');
    await vscode.workspace.applyEdit(edit);
    assert.equal(await fixes.accepted(document), true);
    assert.equal(document.lineAt(1).text, 'return total + tax;');
  });

  for (const [why, more, written] of [
    ['switched off', off, 60],
    ['not sure', {}, 8],
  ] as const) {
    test(`${why}, accepting fixes nothing`, async () => {
      const { reasons } = parts(more, { suggestion: ' + tax;', written });
      const editor = await openMarked('keep.js', code);
      await accept(editor, reasons, /return toatl \+ tax;$/m);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.match(editor.document.getText(), /return toatl \+ tax;$/m);
      assert.deepEqual([marked, announced], [[], []]);
    });
  }

  async function fixes(quickFix: TypoQuickFix, editor: vscode.TextEditor): Promise<readonly vscode.CodeAction[]> {
    const token = new vscode.CancellationTokenSource().token;
    const context = { triggerKind: vscode.CodeActionTriggerKind.Invoke, diagnostics: [], only: undefined };
    return quickFix.provideCodeActions(editor.document, editor.selection, context, token);
  }

  test('a Quick Fix repairs a written word', async () => {
    const { quickFix } = parts();
    disposables.push(vscode.languages.registerCodeActionsProvider({ pattern: '**' }, quickFix, TypoQuickFix.metadata));
    const editor = await openMarked('written.js', 'log(total);\nreturn to█atl + total;\n');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      editor.document.uri,
      editor.selection,
    );
    const action = actions.find(({ title }) => title === "Change 'toatl' to 'total'");
    assert.ok(action?.edit, actions.map(({ title }) => title).join());
    assert.equal(action.kind?.value, vscode.CodeActionKind.QuickFix.value);
    assert.equal(words(scored[0]?.prefix), 'log(total);\nreturn ');
    await vscode.workspace.applyEdit(action.edit);
    assert.equal(editor.document.getText(), 'log(total);\nreturn total + total;\n');
    assert.deepEqual(vscode.languages.getDiagnostics(editor.document.uri), []);
  });

  const unfixed: [why: string, name: string, marked: string, more?: Partial<Settings>][] = [
    ['with the setting off', 'a.js', 'log(total);\nreturn to█atl;\n', off],
    ['in an excluded file', 'a.min.js', 'log(total);\nreturn to█atl;\n'],
    ['in a secret file', 'a.pem', 'log(total);\nreturn to█atl;\n'],
    ['in a comment', 'a.js', 'log(total);\n// to█atl\n'],
    ['in a string', 'a.js', 'log(total);\nlog("to█atl");\n'],
    ['in prose', 'a.md', 'The total is to█atl.\n'],
    ['where a name is declared', 'a.js', 'log(total);\nconst to█atl = 1;\n'],
    ['where the word stands twice', 'a.js', 'log(total, toatl);\nreturn to█atl;\n'],
  ];
  for (const [why, name, text, more] of unfixed) {
    test(`${why} there is no Quick Fix, and the engine is not asked`, async () => {
      const { quickFix } = parts(more);
      assert.deepEqual(await fixes(quickFix, await openMarked(name, text)), []);
      assert.equal(scored.length, 0);
    });
  }

  test('a word of another open file is no typo', async () => {
    const { quickFix } = parts();
    const { document } = await openMarked('other.js', 'export const toatl = 1;\n');
    await vscode.window.showTextDocument(document, { preview: false });
    assert.deepEqual(await fixes(quickFix, await openMarked('a.js', 'log(total);\nreturn to█atl;\n')), []);
    assert.equal(scored.length, 0);
  });

  test('the list of suggestions has the right word for a misspelt beginning', async () => {
    const { completions } = parts();
    disposables.push(vscode.languages.registerCompletionItemProvider({ pattern: '**' }, completions));
    const editor = await openMarked('list.js', 'log(customerName);\nlog(cutsom█);\n');
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      editor.selection.active,
    );
    const item = list.items.find(({ filterText }) => filterText === 'cutsomerName');
    assert.ok(item, JSON.stringify(list.items));
    assert.equal(item.insertText, 'customerName');
    assert.deepEqual(item.range, new vscode.Range(1, 4, 1, 10));
  });

  test('with the setting off the list has nothing of ours', async () => {
    const { completions } = parts(off);
    const editor = await openMarked('list.js', 'log(customerName);\nlog(cutsom█);\n');
    const token = new vscode.CancellationTokenSource().token;
    assert.equal(await completions.provideCompletionItems(editor.document, editor.selection.active, token), undefined);
    assert.equal(scored.length, 0);
  });
});
