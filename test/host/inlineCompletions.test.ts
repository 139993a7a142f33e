// The provider of ghost text in a real editor, with an engine that says what the test wants.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { EngineError, type CompleteRequest, type CompleteResult } from '../../src/core/engine';
import { gates } from '../../src/core/suggestion';
import { Decisions } from '../../src/editor/decisions';
import { Failures } from '../../src/editor/failures';
import { InlineCompletions } from '../../src/editor/inlineCompletions';
import type { Settings } from '../../src/editor/settings';
import { ScriptedEngine, scriptedResult } from '../unit/editor/scriptedEngine';
import { activeExtension, openMarked, run, set, type, until, warmUp } from './bytewise';

const defaults: Settings = {
  enable: true,
  languages: { '*': true },
  exclude: ['**/*.pem'],
  gate: gates.balanced,
  modelDirectory: '',
  executionProvider: 'auto',
  maxBytes: 32,
};

function answer(text: string, probability = 1): CompleteResult {
  const bytes = new TextEncoder().encode(text);
  return { ...scriptedResult, bytes, probabilities: new Float32Array(bytes.length).fill(probability) };
}

suite('inline completions', () => {
  let disposables: { dispose(): unknown }[] = [];
  let requests: CompleteRequest[] = [];
  let log: vscode.LogOutputChannel;

  suiteSetup(async () => {
    await activeExtension();
    // The extension's own provider must not answer here.
    await set('enable', false);
    await warmUp();
  });
  suiteTeardown(() => set('enable', undefined));
  setup(() => {
    requests = [];
    log = vscode.window.createOutputChannel('Bytewise test', { log: true });
    disposables = [log];
  });
  teardown(async () => {
    for (const disposable of disposables) disposable.dispose();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  /** A registered provider whose engine completes as told. */
  function provide(complete: (request: CompleteRequest) => Promise<CompleteResult>, settings: Partial<Settings> = {}) {
    const engine = new ScriptedEngine({
      complete: (request) => {
        requests.push(request);
        return complete(request);
      },
    });
    const config = {
      settings: { ...defaults, ...settings },
      onChange: new vscode.EventEmitter<{ engine: boolean }>().event,
    };
    const decisions = new Decisions(log);
    const provider = new InlineCompletions(engine, config, new Failures(log), decisions);
    disposables.push(provider, vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, provider));
    return { provider, decisions, reasons: () => decisions.latest.map(({ reason }) => reason ?? 'shown') };
  }

  /** Asks the provider itself, as VS Code would. */
  function ask(
    provider: InlineCompletions,
    editor: vscode.TextEditor,
    { invoked = false, selected }: { invoked?: boolean; selected?: vscode.SelectedCompletionInfo } = {},
    token = new vscode.CancellationTokenSource().token,
  ) {
    const triggerKind = invoked
      ? vscode.InlineCompletionTriggerKind.Invoke
      : vscode.InlineCompletionTriggerKind.Automatic;
    const context = { triggerKind, selectedCompletionInfo: selected };
    return provider.provideInlineCompletionItems(editor.document, editor.selection.active, context, token);
  }

  const words = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

  test('typing brings ghost text, and accepting it writes it', async () => {
    const { reasons } = provide(() => Promise.resolve(answer('turn total;  ')));
    const editor = await openMarked('typing.js', 'let total = 0;\n  r█\n}\n');
    await type('e');
    await until('a suggestion', () => reasons().includes('shown'));
    await until('the accepted text', () => {
      void run('editor.action.inlineSuggest.commit');
      return editor.document.lineAt(1).text === '  return total;';
    });
    assert.equal(words(requests[0]?.prefix), 'let total = 0;\n  re');
    assert.equal(words(requests[0]?.suffix), '\n}\n');
    assert.equal(requests[0]?.maxBytes, 32);
    assert.equal(requests[0].minConfidence, gates.balanced);
    assert.match(requests[0].path, /typing\.js$/);
  });

  test('who types what is suggested asks the engine once', async () => {
    const { reasons } = provide(() => Promise.resolve(answer('turn total;')));
    const editor = await openMarked('through.js', 'r█');
    await type('e');
    await until('a suggestion', () => reasons().includes('shown'));
    for (const character of 'turn') await type(character);
    await until(
      'suggestions for the last character',
      () => reasons().filter((reason) => reason === 'shown').length >= 2,
    );
    assert.equal(requests.length, 1);
    await until('the accepted text', () => {
      void run('editor.action.inlineSuggest.commit');
      return editor.document.getText() === 'return total;';
    });
  });

  const silent: [why: string, reason: string, name: string, marked: string, settings?: Partial<Settings>][] = [
    ['with several cursors', 'several-cursors', 'a.js', 'a = █\nb = █'],
    ['inside of a word', 'inside-word', 'a.js', 'ret█urn'],
    ['when completions are off', 'disabled', 'a.js', 'a = █', { enable: false }],
    ['in a language that is off', 'language-off', 'a.js', 'a = █', { languages: { '*': true, javascript: false } }],
    ['in a language that is not on', 'language-off', 'a.js', 'a = █', { languages: { '*': false, go: true } }],
    ['in an excluded file', 'excluded', 'private.pem', 'a = █'],
  ];
  for (const [why, reason, name, marked, settings] of silent) {
    test(`${why} the engine is not asked`, async () => {
      const { provider, decisions } = provide(() => Promise.resolve(answer('x')), settings);
      const editor = await openMarked(name, marked);
      assert.deepEqual(await ask(provider, editor), []);
      assert.equal(decisions.latest.at(-1)?.reason, reason);
      assert.equal(requests.length, 0);
    });
  }

  test('in a document that nobody writes the engine is not asked', async () => {
    const provideTextDocumentContent = () => 'a = ';
    disposables.push(vscode.workspace.registerTextDocumentContentProvider('shown', { provideTextDocumentContent }));
    const { provider, decisions } = provide(() => Promise.resolve(answer('x')));
    const editor = await vscode.window.showTextDocument(vscode.Uri.parse('shown:/a.js'));
    assert.deepEqual(await ask(provider, editor), []);
    assert.equal(decisions.latest.at(-1)?.reason, 'not-a-file');
  });

  test('in a document without a file it is asked', async () => {
    const { provider } = provide(() => Promise.resolve(answer('1')));
    const document = await vscode.workspace.openTextDocument({ language: 'javascript', content: 'a = ' });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 4, 0, 4);
    assert.equal((await ask(provider, editor)).length, 1);
  });

  test('with a selection the engine is not asked', async () => {
    const { provider, decisions } = provide(() => Promise.resolve(answer('x')));
    const editor = await openMarked('a.js', 'a = b█');
    editor.selection = new vscode.Selection(0, 0, 0, 3);
    assert.deepEqual(await ask(provider, editor), []);
    assert.equal(decisions.latest.at(-1)?.reason, 'selection');
  });

  test('an unsure answer is shown only to who asks for it', async () => {
    const { provider, decisions } = provide(() => Promise.resolve(answer('xy', 0.3)));
    const editor = await openMarked('a.js', 'a = █');
    assert.deepEqual(await ask(provider, editor), []);
    assert.equal(decisions.latest.at(-1)?.reason, 'unsure');
    const [item] = await ask(provider, editor, { invoked: true });
    assert.equal(item?.insertText, 'xy');
    assert.deepEqual(item.range, new vscode.Range(0, 4, 0, 4));
    assert.equal(requests.length, 2);
  });

  test('with an item of the suggest widget selected, the text goes on from it', async () => {
    const { provider } = provide(() => Promise.resolve(answer('(a, b)')));
    const editor = await openMarked('a.js', 'x = fo█;');
    const selected = { range: new vscode.Range(0, 4, 0, 6), text: 'formatPrice' };
    const [item] = await ask(provider, editor, { selected });
    assert.equal(item?.insertText, 'formatPrice(a, b)');
    assert.deepEqual(item.range, selected.range);
    assert.equal(words(requests[0]?.prefix), 'x = formatPrice');
    assert.equal(words(requests[0]?.suffix), ';');
  });

  test('an answer for an older version of the document is dropped', async () => {
    const editor = await openMarked('a.js', 'a = █');
    const { provider, decisions } = provide(async () => {
      await editor.edit((edit) => {
        edit.insert(new vscode.Position(0, 0), 'let ');
      });
      return answer('1');
    });
    assert.deepEqual(await ask(provider, editor), []);
    assert.ok(decisions.latest.some(({ reason }) => reason === 'outdated'));
  });

  test('cancelling is silent', async () => {
    const source = new vscode.CancellationTokenSource();
    const { provider, decisions } = provide(() => {
      source.cancel();
      return Promise.reject(Object.assign(new Error('cancelled'), { name: 'AbortError' }));
    });
    const editor = await openMarked('a.js', 'a = █');
    assert.deepEqual(await ask(provider, editor, {}, source.token), []);
    assert.equal(decisions.latest.at(-1)?.reason, 'cancelled');
  });

  test('a failing engine never reaches the editor', async () => {
    const { provider, decisions } = provide(() => Promise.reject(new EngineError('the model process has ended')));
    const editor = await openMarked('a.js', 'a = █');
    for (let count = 0; count < 3; count++) assert.deepEqual(await ask(provider, editor), []);
    assert.equal(decisions.latest.at(-1)?.reason, 'failed');
  });

  test('a long document is sent from a line start on, and the suffix is short', async () => {
    const { provider } = provide(() => Promise.resolve(answer('1')));
    const line = `${'x'.repeat(99)}\n`;
    const editor = await openMarked('long.js', `${line.repeat(1_000)}a = █\n${line.repeat(1_000)}`);
    await ask(provider, editor);
    const { prefix, suffix } = requests[0] as CompleteRequest;
    assert.ok(prefix.length > 16_384 && prefix.length < 33_000, `prefix of ${prefix.length} bytes`);
    assert.equal(words(prefix.subarray(0, 100)), line);
    assert.equal(suffix.length, 1_024);
  });
});
