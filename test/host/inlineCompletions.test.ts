// The provider of ghost text in a real editor, with an engine that says what the test wants.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { EngineError, type CompleteRequest, type CompleteResult, type Engine } from '../../src/core/engine';
import { gates } from '../../src/core/suggestion';
import { isOvertaken } from '../../src/core/decision';
import { Blocks } from '../../src/editor/blocks';
import { Decisions } from '../../src/editor/decisions';
import { Failures } from '../../src/editor/failures';
import { FileRules } from '../../src/editor/fileRules';
import { acceptedCommand, InlineCompletions, type Accepted } from '../../src/editor/inlineCompletions';
import { Neighbours } from '../../src/editor/neighbours';
import type { Settings } from '../../src/editor/settings';
import { Suppressions } from '../../src/editor/suppression';
import { TextKinds } from '../../src/editor/textKinds';
import { ScriptedEngine, scriptedResult } from '../unit/editor/scriptedEngine';
import { accept, activeExtension, openMarked, set, type, until, warmUp } from './bytewise';

const defaults: Settings = {
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
  onBattery: 'pause',
  scale: 'cividis',
  otherFiles: true,
};

function answer(text: string, probability = 1): CompleteResult {
  const bytes = new TextEncoder().encode(text);
  const probabilities = new Float32Array(bytes.length).fill(probability);
  return { ...scriptedResult, bytes, probabilities, confidences: probabilities.map((one, i) => one ** (i + 1)) };
}

/** The least of a file system that can be written. */
class MemoryFiles implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor(private readonly files: Readonly<Record<string, string>>) {}

  stat({ path }: vscode.Uri): vscode.FileStat {
    const text = this.files[path];
    if (text === undefined && path !== '/') throw vscode.FileSystemError.FileNotFound();
    const type = text === undefined ? vscode.FileType.Directory : vscode.FileType.File;
    return { type, ctime: 0, mtime: 0, size: text?.length ?? 0 };
  }
  readFile({ path }: vscode.Uri): Uint8Array {
    return new TextEncoder().encode(this.files[path]);
  }
  watch = () => new vscode.Disposable(() => {});
  readDirectory = () => [];
  createDirectory = () => {};
  writeFile = () => {};
  delete = () => {};
  rename = () => {};
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

  interface Script extends Partial<Settings> {
    readonly snoozed?: boolean;
    readonly batteryInUse?: boolean;
    /** Whether a typo is fixed with an accept. */
    readonly fixed?: Promise<boolean>;
  }

  /** A registered provider whose engine completes as told. */
  function provide(complete: Engine['complete'], script: Script = {}) {
    const { snoozed = false, batteryInUse = false, fixed = Promise.resolve(false), ...settings } = script;
    const engine = new ScriptedEngine({
      complete: (request, signal, onBytes) => {
        requests.push(request);
        return complete(request, signal, onBytes);
      },
    });
    const config = {
      settings: { ...defaults, ...settings },
      onChange: new vscode.EventEmitter<{ engine: boolean }>().event,
    };
    const decisions = new Decisions(log);
    const files = new FileRules(config);
    const battery = { isInUse: batteryInUse };
    const textKinds = new TextKinds({ kindAt: () => undefined });
    const blocks = new Blocks(textKinds, { isParsed: () => false, blockEnd: () => undefined });
    const suppressions = new Suppressions(config, files, { isOn: snoozed }, battery, textKinds);
    const usage = { offered: () => {}, accepted: () => {}, withdraw: () => {} };
    const fixes = { offered: () => {}, accepted: () => fixed, withdraw: () => {} };
    const failures = new Failures(log);
    const neighbours = new Neighbours(config, files);
    const around = { engine, config, suppressions, blocks, battery, failures, decisions, usage, fixes, neighbours };
    const provider = new InlineCompletions(around);
    disposables.push(
      provider,
      neighbours,
      files,
      vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, provider),
    );
    return {
      provider,
      neighbours,
      decisions,
      files,
      reasons: () => decisions.latest.map(({ reason }) => reason ?? 'shown'),
    };
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
    await accept(editor);
    assert.equal(editor.document.lineAt(1).text, '  return total;');
    assert.equal(words(requests[0]?.prefix), 'let total = 0;\n  re');
    assert.equal(words(requests[0]?.suffix), '\n}\n');
    assert.equal(requests[0]?.maxBytes, 32);
    assert.equal(requests[0].minConfidence, gates.balanced);
    assert.equal(requests[0].searchBytes, 0);
    assert.match(requests[0].path, /typing\.js$/);
  });

  test('who asks by hand gets the line that was searched for', async () => {
    const { provider } = provide(() => Promise.resolve(answer('turn total;')));
    const editor = await openMarked('hand.js', 'let total = 0;\n  re█\n}\n');
    assert.equal((await ask(provider, editor, { invoked: true }))[0]?.insertText, 'turn total;');
    assert.ok((requests[0]?.searchBytes ?? 0) > 0);
  });

  test('where a block begins it is asked for, and accepting a line keeps the rest', async () => {
    const { provider } = provide(() => Promise.resolve(answer('a();\n  b();\n}')));
    const editor = await openMarked('block.js', 'function f() {\n  █\n}\n');
    const [item] = await ask(provider, editor);
    assert.equal(item?.insertText, 'a();\n  b();');
    assert.deepEqual(requests[0]?.block, { indentation: '', maxLines: 8, isParsed: false });
    assert.equal(requests[0].maxBytes, 128);
    await editor.edit((edit) => {
      edit.insert(editor.selection.active, 'a();\n  ');
    });
    editor.selection = new vscode.Selection(2, 2, 2, 2);
    assert.equal((await ask(provider, editor))[0]?.insertText, 'b();');
    assert.equal(requests.length, 1);
  });

  test('a document with CRLF gets a block with CRLF, and goes on with it', async () => {
    const { provider } = provide(() => Promise.resolve(answer('a();\n  b();')));
    const editor = await openMarked('crlf.js', 'function f() {\r\n  █\r\n}\r\n');
    assert.equal((await ask(provider, editor))[0]?.insertText, 'a();\r\n  b();');
    await editor.edit((edit) => {
      edit.insert(editor.selection.active, 'a();\r\n  b');
    });
    editor.selection = new vscode.Selection(2, 3, 2, 3);
    assert.equal((await ask(provider, editor))[0]?.insertText, '();');
    assert.equal(requests.length, 1);
  });

  test('behind what looks like an opening bracket in a comment there is one line', async () => {
    const { provider } = provide(() => Promise.resolve(answer('a();')));
    await ask(provider, await openMarked('comment.js', '// if (a) {\n█\n'));
    assert.equal(requests[0]?.block, undefined);
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
    await accept(editor);
    assert.equal(editor.document.getText(), 'return total;');
  });

  const silent: [why: string, reason: string, name: string, marked: string, settings?: Script][] = [
    ['with several cursors', 'several-cursors', 'a.js', 'a = █\nb = █'],
    ['inside of a word', 'inside-word', 'a.js', 'ret█urn'],
    ['when completions are off', 'disabled', 'a.js', 'a = █', { enable: false }],
    ['in a language that is off', 'language-off', 'a.js', 'a = █', { languages: { '*': true, javascript: false } }],
    ['in a language that is not on', 'language-off', 'a.js', 'a = █', { languages: { '*': false, go: true } }],
    ['in an excluded file', 'excluded', 'a.min.js', 'a = █'],
    ['in a secret file', 'secret-file', 'private.pem', 'a = █'],
    ['while snoozed', 'snoozed', 'a.js', 'a = █', { snoozed: true }],
    ['in manual mode', 'manual', 'a.js', 'a = █', { trigger: 'manual' }],
    ['on battery', 'on-battery', 'a.js', 'a = █', { batteryInUse: true }],
    ['in a comment', 'in-comment', 'a.js', '/* one\n * t█\n */', { inComments: false }],
    ['in a string', 'in-string', 'a.js', 'a = "b █"', { inStrings: false }],
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

  const askedFor: [why: string, marked: string, settings: Script][] = [
    ['inside of a word', 'ret█urn', {}],
    ['while snoozed', 'a = █', { snoozed: true }],
    ['in manual mode', 'a = █', { trigger: 'manual' }],
    ['on battery', 'a = █', { batteryInUse: true }],
    ['in a comment', '// t█', { inComments: false }],
  ];
  for (const [why, marked, settings] of askedFor) {
    test(`who asks by hand gets a suggestion ${why}`, async () => {
      const { provider } = provide(() => Promise.resolve(answer('xy')), settings);
      const editor = await openMarked('hand.js', marked);
      assert.equal((await ask(provider, editor, { invoked: true })).length, 1);
    });
  }

  test('a battery that only slows down keeps the suggestions', async () => {
    const { provider } = provide(() => Promise.resolve(answer('xy')), { batteryInUse: true, onBattery: 'slow' });
    assert.equal((await ask(provider, await openMarked('slow.js', 'a = █'))).length, 1);
  });

  test('what was asked for inside a word stays while it is typed', async () => {
    const { provider, decisions } = provide(() => Promise.resolve(answer('User')));
    const editor = await openMarked('inside.js', 'get█Name()');
    assert.equal((await ask(provider, editor, { invoked: true })).length, 1);
    await type('U');
    assert.equal((await ask(provider, editor))[0]?.insertText, 'ser');
    await type('x');
    assert.deepEqual(await ask(provider, editor), []);
    assert.equal(decisions.latest.at(-1)?.reason, 'inside-word');
  });

  test('in manual mode what was asked for stays while it is typed, and nothing else comes', async () => {
    const { provider, decisions } = provide(() => Promise.resolve(answer('turn total;')), { trigger: 'manual' });
    const editor = await openMarked('manual.js', 're█');
    assert.equal((await ask(provider, editor, { invoked: true })).length, 1);
    await type('t');
    const [item] = await ask(provider, editor);
    assert.equal(item?.insertText, 'urn total;');
    await type('x');
    assert.deepEqual(await ask(provider, editor), []);
    assert.equal(decisions.latest.at(-1)?.reason, 'manual');
    assert.equal(requests.length, 1);
  });

  test('.bytewiseignore is obeyed, and changes at once', async () => {
    const { provider, decisions, files } = provide(() => Promise.resolve(answer('xy')));
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const ignoreFile = vscode.Uri.joinPath(folder.uri, '.bytewiseignore');
    await vscode.workspace.fs.writeFile(ignoreFile, new TextEncoder().encode('# ours\n*.gen.js\n'));
    try {
      const editor = await openMarked('a.gen.js', 'a = █');
      await until('the file to be read', () => files.verdict(editor.document.uri) === 'ignored');
      assert.deepEqual(await ask(provider, editor), []);
      assert.equal(decisions.latest.at(-1)?.reason, 'ignored');
    } finally {
      await vscode.workspace.fs.delete(ignoreFile);
    }
    const { uri } = vscode.window.activeTextEditor?.document ?? {};
    assert.ok(uri);
    await until('the rule to be forgotten', () => files.verdict(uri) === undefined);
  });

  test('.bytewiseignore cannot take back a secret', async () => {
    const { files } = provide(() => Promise.resolve(answer('xy')));
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const ignoreFile = vscode.Uri.joinPath(folder.uri, '.bytewiseignore');
    const other = vscode.Uri.joinPath(folder.uri, 'a.gen.js');
    await vscode.workspace.fs.writeFile(ignoreFile, new TextEncoder().encode('*.gen.js\n!*.pem\n'));
    try {
      await until('the file to be read', () => files.verdict(other) === 'ignored');
      assert.equal(files.verdict(vscode.Uri.joinPath(folder.uri, 'key.pem')), 'secret-file');
    } finally {
      await vscode.workspace.fs.delete(ignoreFile);
    }
  });

  test('typing what is shown costs less than 5 ms a key, in a long file too', async () => {
    const text = 'turn items.filter((item) => item.price > 0).map((item) => item.name).join(", ");';
    const { provider, decisions } = provide(() => Promise.resolve(answer(text)));
    const editor = await openMarked('fast.js', `${'const number = 1;\n'.repeat(4_000)}re█`);
    assert.equal((await ask(provider, editor)).length, 1);
    for (const character of text.slice(0, -1)) {
      await editor.edit((edit) => {
        edit.insert(editor.selection.active, character);
      });
      const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
      editor.selection = new vscode.Selection(end, end);
      assert.equal((await ask(provider, editor)).length, 1);
    }
    const times = decisions.latest
      .filter(({ source }) => source === 'memory')
      .map(({ ms }) => ms)
      .sort((a, b) => a - b);
    assert.ok(times.length >= text.length - 1);
    // Of a machine that does other work besides, the median; the rest is for who looks.
    const [median, p95] = [0.5, 0.95].map((share) => times[Math.floor(times.length * share)] ?? NaN);
    console.log(`Typed through: median ${median?.toFixed(2)} ms, p95 ${p95?.toFixed(2)} ms`);
    assert.ok(median !== undefined && median < 5, `median ${median} ms`);
    assert.equal(requests.length, 1);
  });

  test('a notebook cell goes on from the cells before it', async () => {
    const { provider } = provide(() => Promise.resolve(answer('3)')));
    const code = (text: string) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python');
    const prose = new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, '# Data', 'markdown');
    const serializer: vscode.NotebookSerializer = {
      deserializeNotebook: () => new vscode.NotebookData([code('import numpy as np'), prose, code('np.zeros(')]),
      serializeNotebook: () => new Uint8Array(),
    };
    disposables.push(vscode.workspace.registerNotebookSerializer('bytewise-test', serializer));
    const notebook = await vscode.workspace.openNotebookDocument(
      'bytewise-test',
      await serializer.deserializeNotebook(new Uint8Array(), new vscode.CancellationTokenSource().token),
    );
    const cell = notebook.cellAt(2).document;
    const context = { triggerKind: vscode.InlineCompletionTriggerKind.Automatic, selectedCompletionInfo: undefined };
    const token = new vscode.CancellationTokenSource().token;
    const [item] = await provider.provideInlineCompletionItems(cell, new vscode.Position(0, 9), context, token);
    assert.equal(item?.insertText, '3)');
    assert.equal(words(requests[0]?.prefix), 'import numpy as np\n\nnp.zeros(');
    assert.match(requests[0]?.path ?? '', /\.py$/);
  });

  test('a file of a virtual file system gets suggestions, and its secrets do not', async () => {
    const { provider, decisions } = provide(() => Promise.resolve(answer('1')));
    const memory = new MemoryFiles({ '/a.js': 'a = ', '/key.pem': 'a = ' });
    disposables.push(vscode.workspace.registerFileSystemProvider('memory', memory));
    for (const [path, count] of [
      ['/a.js', 1],
      ['/key.pem', 0],
    ] as const) {
      const editor = await vscode.window.showTextDocument(vscode.Uri.from({ scheme: 'memory', path }));
      editor.selection = new vscode.Selection(0, 4, 0, 4);
      assert.equal((await ask(provider, editor)).length, count);
    }
    assert.equal(decisions.latest.at(-1)?.reason, 'secret-file');
  });

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
    assert.match(requests[0]?.path ?? '', /^Untitled-\d+\.js$/);
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

  test('an item that changes what was typed cannot be gone on from', async () => {
    const { provider, decisions } = provide(() => Promise.resolve(answer('(a, b)')));
    const editor = await openMarked('a.js', 'x = fp█;');
    const range = new vscode.Range(0, 4, 0, 6);
    assert.deepEqual(await ask(provider, editor, { selected: { range, text: 'formatPrice' } }), []);
    assert.equal(decisions.latest.at(-1)?.reason, 'selected-item-differs');
    assert.deepEqual(await ask(provider, editor, { selected: { range, text: 'fp\nq' } }), []);
    assert.equal(decisions.latest.at(-1)?.reason, 'selected-item-spans-lines');
    assert.equal(requests.length, 0);
  });

  for (const [unit, command, first] of [
    ['word', 'editor.action.inlineSuggest.acceptNextWord', 'turn'],
    ['line', 'editor.action.inlineSuggest.acceptNextLine', 'turn total + tax;'],
  ] as const) {
    test(`accepting a ${unit} keeps what remains and asks the engine no second time for it`, async () => {
      const { reasons } = provide(() => Promise.resolve(answer('turn total + tax;')));
      const editor = await openMarked(`${unit}.js`, 'r█');
      await type('e');
      await until('a suggestion', () => reasons().includes('shown'));
      await accept(editor, command);
      assert.equal(editor.document.getText(), `re${first}`);
      if (unit === 'line') return;
      await accept(editor);
      assert.equal(editor.document.getText(), 'return total + tax;');
      assert.ok(requests.every(({ prefix }) => !words(prefix).startsWith('return') || words(prefix).endsWith(';')));
    });
  }

  test('after an accept the next suggestion is prepared, and VS Code joins in', async () => {
    let finish = (_result: CompleteResult) => {};
    let count = 0;
    const { provider } = provide(() => {
      if (++count === 1) return Promise.resolve(answer('turn total;'));
      return new Promise((resolve) => (finish = resolve));
    });
    const editor = await openMarked('next.js', 're█');
    const [item] = await ask(provider, editor);
    const [accepted] = item?.command?.arguments as [Accepted];
    assert.equal(item?.command?.command, acceptedCommand);
    await editor.edit((edit) => {
      edit.insert(editor.selection.active, accepted.text);
    });
    editor.selection = new vscode.Selection(0, 13, 0, 13);
    const preparing = provider.accepted(accepted);
    const asked = ask(provider, editor);
    finish(answer(' // all of it'));
    assert.equal((await asked)[0]?.insertText, ' // all of it');
    await preparing;
    assert.equal(words(requests[1]?.prefix), 'return total;');
    assert.equal(requests.length, 2);
  });

  test('an accept that is told after the next question leaves the answer to it alone', async () => {
    let finish: ((result: CompleteResult) => void) | undefined;
    let signal: AbortSignal | undefined;
    const { provider } = provide((_request, given) => {
      signal = given;
      return new Promise((resolve) => (finish = resolve));
    });
    const editor = await openMarked('late.js', 'return total;█');
    const place = { document: editor.document.uri.toString(), above: '', line: 're', after: '' };
    const asked = ask(provider, editor);
    const answered = await until('the request', () => finish);
    const told = provider.accepted({ document: editor.document, place, text: 'turn total;', end: 13 });
    answered(answer(' // all of it'));
    assert.equal((await asked)[0]?.insertText, ' // all of it');
    await told;
    assert.equal(signal?.aborted, false);
    assert.equal(requests.length, 1);
  });

  test('preparing does not wait for a typo fix, which ends it', async () => {
    let fix = (_isDone: boolean) => {};
    let signal: AbortSignal | undefined;
    const fixed = new Promise<boolean>((resolve) => (fix = resolve));
    const { provider } = provide(
      (_request, given) => {
        signal = given;
        return new Promise((_, reject) => {
          given?.addEventListener('abort', () => {
            reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
          });
        });
      },
      { fixed },
    );
    const editor = await openMarked('fixed.js', 'retrun total;█');
    const place = { document: editor.document.uri.toString(), above: '', line: 'retrun', after: '' };
    const preparing = provider.accepted({ document: editor.document, place, text: ' total;', end: 13 });
    assert.equal(words(requests[0]?.prefix), 'retrun total;');
    await editor.edit((edit) => {
      edit.replace(new vscode.Range(0, 0, 0, 6), 'return');
    });
    fix(true);
    await preparing;
    assert.equal(signal?.aborted, true);
  });

  test('what was prepared for another place is given up', async () => {
    let signal: AbortSignal | undefined;
    const { provider } = provide((_request, given) => {
      if (requests.length !== 1) return Promise.resolve(answer('1'));
      signal = given;
      return new Promise((_, reject) =>
        given?.addEventListener('abort', () => {
          reject(Object.assign(new Error(), { name: 'AbortError' }));
        }),
      );
    });
    const editor = await openMarked('other.js', 'a = █');
    const place = { document: editor.document.uri.toString(), above: '', line: 'b', after: '' };
    const preparing = provider.accepted({ document: editor.document, place, text: '();', end: 4 });
    assert.equal((await ask(provider, editor)).length, 1);
    await preparing;
    assert.equal(signal?.aborted, true);
  });

  test('at the start of a line, by hand and for what is known there is no waiting', async () => {
    const { provider, decisions } = provide((_request, signal) => {
      if (!signal?.aborted) return Promise.resolve({ ...answer('turn 1;'), firstByteMs: 900, ms: 1_000 });
      return Promise.reject(Object.assign(new Error(), { name: 'AbortError' }));
    });
    await ask(provider, await openMarked('first.js', 'let a = █'));
    /** A slow engine, of which most answers are overtaken: now the pace says wait. */
    const overtake = async (editor: vscode.TextEditor) => {
      for (let times = 0; times < 20; times++) {
        const source = new vscode.CancellationTokenSource();
        const asked = ask(provider, editor, {}, source.token);
        source.cancel();
        await asked;
      }
      assert.ok(isOvertaken(decisions.latest.at(-1)?.reason));
    };
    const hurried = await openMarked('hurried.js', 'let b = █');
    /** The least of a few, since the machine may do other work besides. */
    const least = async (marked: string, { invoked = false, again = false } = {}) => {
      const times: number[] = [];
      for (let time = 0; time < 3; time++) {
        await overtake(hurried);
        const one = await openMarked('wait.js', marked);
        await ask(provider, one, { invoked });
        if (again) await ask(provider, one, { invoked });
        times.push(decisions.latest.at(-1)?.ms ?? NaN);
      }
      return Math.min(...times);
    };
    const waited = await least('let c = █');
    assert.ok(waited >= 50, `waited ${waited} ms`);
    const byHand = await least('let d = █', { invoked: true });
    assert.ok(byHand < 40, `by hand after ${byHand} ms`);
    const lineStart = await least('  █');
    assert.ok(lineStart < 40, `at a line start after ${lineStart} ms`);
    const known = await least('let e = █', { again: true });
    assert.ok(known < 5, `known after ${known} ms`);
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

  test('cancelling reaches the engine at once', async () => {
    const source = new vscode.CancellationTokenSource();
    let signal: AbortSignal | undefined;
    const { provider } = provide((_request, given) => {
      signal = given;
      return new Promise((_, reject) => {
        given?.addEventListener('abort', () => {
          reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
        });
      });
    });
    const asked = ask(provider, await openMarked('a.js', 'a = █'), {}, source.token);
    await until('the request', () => signal);
    source.cancel();
    assert.equal(signal?.aborted, true);
    assert.deepEqual(await asked, []);
  });

  /** An engine that writes when it is told, and is told when nobody wants it any more. */
  function slowEngine() {
    const works: { finish: (text: string) => void; say: (text: string) => void; signal: AbortSignal | undefined }[] =
      [];
    const complete: Engine['complete'] = (_request, signal, onBytes) => {
      return new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
        });
        const say = (text: string) => onBytes?.(new TextEncoder().encode(text));
        const finish = (text: string) => {
          resolve(answer(text));
        };
        works.push({ finish, say, signal });
      });
    };
    return { works, complete };
  }

  test('what is being written is kept while it is typed, and its answer used', async () => {
    const { works, complete } = slowEngine();
    const { reasons } = provide(complete);
    const editor = await openMarked('kept.js', 'r█');
    await type('e');
    const work = await until('the request', () => works[0]);
    // Nothing is known yet, then what is typed is behind what was said, then it is ahead.
    await type('t');
    work.say('turn');
    await type('u');
    await type('r');
    await type('n');
    await type(' ');
    // Longer than VS Code waits before it asks for the new place.
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(work.signal?.aborted, false);
    work.say('turn tot');
    work.finish('turn total;');
    await until('a suggestion', () => reasons().includes('shown'));
    await accept(editor);
    assert.equal(editor.document.getText(), 'return total;');
    // The accepted text was asked about, nothing in between.
    assert.ok(requests.slice(1).every(({ prefix }) => words(prefix) === 'return total;'));
  });

  test('a key that does not agree cancels at once, and so does what is said after an early key', async () => {
    const { works, complete } = slowEngine();
    provide(complete);
    await openMarked('disagrees.js', 'r█');
    await type('e');
    const first = await until('the request', () => works[0]);
    first.say('turn');
    await type('x');
    await until('the cancellation', () => first.signal?.aborted, 2_000);
    const second = await until('the next request', () => works[1]);
    await type('y');
    second.say('z');
    assert.equal(second.signal?.aborted, true);
    const third = await until('the one after', () => works[2]);
    assert.equal(words(requests[2]?.prefix), 'rexy');
    third.finish('z');
  });

  test('moving the cursor gives up what is being written', async () => {
    const { works, complete } = slowEngine();
    provide(complete);
    await openMarked('moved.js', 'r█');
    await type('e');
    const work = await until('the request', () => works[0]);
    await vscode.commands.executeCommand('cursorLeft');
    await until('the cancellation', () => work.signal?.aborted, 5_000);
  });

  test('snippets of other tabs go along, the similar ones, none of a secret file', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const [name, text] of [
      ['prices.js', 'const totalPrice = itemPrice * itemCount;'],
      ['private.pem', 'totalPrice itemPrice itemCount'],
      ['other.js', 'nothing in common'],
    ] as const) {
      await openMarked(name, text);
      // Else it is a preview, whose tab the next file takes.
      await vscode.commands.executeCommand('workbench.action.keepEditor');
    }
    const { provider, neighbours } = provide(() => Promise.resolve(answer('x')));
    const editor = await openMarked('here.js', 'let totalPrice = itemPrice█');
    assert.equal(vscode.window.tabGroups.activeTabGroup.tabs.length, 4);
    await neighbours.collect();
    await ask(provider, editor);
    assert.deepEqual((requests[0]?.sources ?? []).map(words), ['const totalPrice = itemPrice * itemCount;\n']);
    const off = provide(() => Promise.resolve(answer('x')), { otherFiles: false });
    await off.neighbours.collect();
    assert.deepEqual(off.neighbours.of(editor.document), []);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
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
