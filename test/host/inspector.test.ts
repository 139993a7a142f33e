// The inspector's side of the extension: what it shows, and what it does for its view.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { byteOffset, Utf8Text } from '../../src/core/bytes';
import type { ShownText } from '../../src/core/inspectorMessages';
import { compareLines } from '../../src/editor/inspectedLine';
import type { BytewiseApi } from '../../src/extension';
import { activeExtension, openMarked, run, until } from './bytewise';

const source = `// Größe and 😀 — more than one byte each.
export function area(width: number, height: number): number {
  return width * height;
}
`;

/** Runs over other stretches of a text round otherwise, because rotary angles are float32: by about 1e-6 in a short file. */
function assertNear(left: ArrayLike<number>, right: ArrayLike<number>): void {
  assert.equal(left.length, right.length);
  Array.from(left).forEach((value, i) => {
    assert.ok(Math.abs(value - (right[i] ?? NaN)) < 1e-4, `${value} and ${right[i]} at ${i}`);
  });
}

suite('inspector', () => {
  let bytewise: BytewiseApi;
  let editor: vscode.TextEditor;
  let shown: ShownText;
  let wasMeasuring: boolean;

  suiteSetup(async () => {
    bytewise = await activeExtension();
    editor = await openMarked('inspected.ts', `█${source}`);
    // The list of unusual places keeps measuring for some minutes after its last command.
    wasMeasuring = bytewise.measurements.isActive;
    await run('bytewise.openInspector');
    shown = await until('the text to be shown', () => bytewise.inspector.shown, 60_000);
  });
  suiteTeardown(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const entries = (text: string | undefined) =>
    JSON.parse(text ?? '') as {
      start: number;
      bytes: number;
      entropyBits: number[];
      patchStarts: number[];
      threshold: number;
    };

  test('opens beside the editor, which keeps the focus', () => {
    assert.equal(bytewise.inspector.isVisible, true);
    assert.equal(vscode.window.activeTextEditor, editor);
    assert.equal(bytewise.measurements.isActive, wasMeasuring, 'the heat map stays off');
    assert.deepEqual(bytewise.heatMap.rangesOf(editor).flat(), [], 'the heat map stays off');
    assert.match(shown.file, /inspected\.ts$/);
    assert.equal(new TextDecoder().decode(shown.measured.bytes), source);
    assert.deepEqual(shown.lineStarts.slice(0, 2), [0, Buffer.byteLength(source.split('\n')[0] ?? '') + 1]);
  });

  test('saves the numbers that `bytewise entropy --json` prints', async () => {
    const root = vscode.extensions.getExtension('bytewise.bytewise')?.extensionPath ?? '';
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [path.join(root, 'dist/cli.js'), 'entropy', editor.document.uri.fsPath, '--json'],
      { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
    );
    const printed = entries(stdout);
    const saved = entries(bytewise.inspector.table('json', shown.measured.thresholdNats));
    assert.deepEqual(
      [saved.start, saved.bytes, saved.patchStarts, saved.threshold],
      [0, printed.bytes, printed.patchStarts, printed.threshold],
    );
    assertNear(saved.entropyBits, printed.entropyBits);
    const rows = bytewise.inspector.table('csv', null)?.trimEnd().split('\r\n') ?? [];
    assert.equal(rows.length, printed.bytes + 1);
    // The cell of a comma or a quotation mark is quoted.
    assertNear(
      rows.slice(1).map((row) => Number(row.replace(/"(?:[^"]|"")*"/, '').split(',')[3])),
      printed.entropyBits,
    );
  });

  test('with another threshold other patches are saved', () => {
    const low = entries(bytewise.inspector.table('json', 0.1));
    const high = entries(bytewise.inspector.table('json', 5));
    assert.ok(low.patchStarts.length > high.patchStarts.length);
    assert.equal(low.patchStarts.length, shown.measured.entropyNats.filter((nats) => nats > 0.1).length);
  });

  test('moves the cursor of the editor, in characters', async () => {
    const start = byteOffset(Buffer.byteLength('// Größe and '));
    const end = byteOffset(start + 4);
    const { uri, version } = shown;
    await bytewise.inspector.answer({ type: 'go', uri, version, start, end });
    assert.equal(editor.document.getText(editor.selection), '😀');
    const from = byteOffset(0);
    await bytewise.inspector.answer({ type: 'go', uri, version: version - 1, start: from, end });
    await bytewise.inspector.answer({ type: 'go', uri: `${uri}x`, version, start: from, end });
    assert.equal(editor.document.getText(editor.selection), '😀', 'an old version or another file is not moved in');
  });

  test('measures a line with a typo, and leaves the file alone', async () => {
    const measured = { text: new Utf8Text(source) };
    const start = byteOffset(shown.lineStarts[2] ?? 0);
    const line = '  retrun width * height;';
    const signal = new AbortController().signal;
    const { before, after } = await compareLines(bytewise.engine, measured, start, line, signal);
    assert.equal(new TextDecoder().decode(before.bytes), '  return width * height;\n');
    assert.equal(new TextDecoder().decode(after.bytes), `${line}\n`);
    assert.equal(editor.document.getText(), source);
    const changed = new TextEncoder().encode(source.replace('return', 'retrun'));
    const whole = await bytewise.engine.measure({ text: changed, start, end: byteOffset(start + after.bytes.length) });
    assertNear(after.entropyNats, whole.entropyNats);
    const here = shown.measured.entropyNats.subarray(start, start + before.bytes.length);
    assertNear(before.entropyNats, here);
  });

  test('completions are traced while the view watches, and only then', async () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const request = {
      path: 'area.ts',
      prefix: bytes(source + 'ret'),
      suffix: bytes(''),
      maxBytes: 8,
      minConfidence: 0,
    };
    const before = await bytewise.engine.complete(request);
    assert.equal(before.trace, undefined);
    await bytewise.inspector.answer({ type: 'watch', on: true, again: false });
    const { last } = bytewise.engine;
    assert.equal(last?.trace?.steps.filter(({ said }) => said).length, before.bytes.length);
    assert.deepEqual(last.bytes, before.bytes);
    assert.ok((await bytewise.engine.complete(request)).trace);
    await bytewise.inspector.answer({ type: 'watch', on: false, again: false });
    assert.equal((await bytewise.engine.complete(request)).trace, undefined);
  });

  test('runs no command that it does not know', async () => {
    await bytewise.inspector.answer({ type: 'run', command: 'workbench.action.closeAllEditors' });
    assert.equal(bytewise.inspector.isVisible, true);
  });

  test('follows edits and other files, and says so when there is nothing to measure', async () => {
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(3, 1), ' // end');
    });
    await until('the new text', () => bytewise.inspector.shown?.version === editor.document.version);
    const empty = await openMarked('empty.ts', '█');
    await until('nothing', () => bytewise.inspector.shown === undefined);
    await empty.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), 'let a = 1;');
    });
    const next = await until('the other file', () => bytewise.inspector.shown);
    assert.match(next.file, /empty\.ts$/);
  });

  test('an edit costs what it may change, not what is on screen', async () => {
    const long = await openMarked('long.ts', `${source.repeat(15)}█`);
    const current = () => bytewise.inspector.shown?.version === long.document.version;
    await until('the long file', () => bytewise.inspector.shown?.file.endsWith('long.ts') && current());
    // An edit that adds lines may scroll, so this one does not.
    const at = new vscode.Position(long.visibleRanges[0]?.start.line ?? 0, 0);
    const before = bytewise.inspector.evaluatedBytes;
    await long.edit((edit) => {
      edit.insert(at, 'x');
    });
    await until('the new text', current);
    const { entropyReach } = await bytewise.engine.load();
    const cost = bytewise.inspector.evaluatedBytes - before;
    const { measured } = bytewise.inspector.shown as ShownText;
    assert.ok(measured.bytes.length > 800, `${measured.bytes.length} bytes on screen`);
    // Twice as far as a prediction looks back: what depends on the edit, and what a fresh start reads before it.
    assert.ok(cost > 0 && cost <= 2 * (entropyReach ?? NaN) + 1, `${cost}`);
    const text = new TextEncoder().encode(long.document.getText());
    const range = { start: measured.start, end: byteOffset(measured.start + measured.bytes.length) };
    const fresh = await bytewise.engine.measure({ text, ...range });
    measured.entropyNats.forEach((nats, i) => {
      assert.ok(Math.abs(nats - (fresh.entropyNats[i] ?? NaN)) < 2e-3, `byte ${i}`);
    });
    assert.deepEqual(measured.candidateBytes.length, fresh.candidateBytes.length);
  });

  test('a window that is loaded again gives the view back', async () => {
    const panel = vscode.window.createWebviewPanel('bytewise.inspector', 'x', vscode.ViewColumn.Beside);
    await bytewise.inspector.deserializeWebviewPanel(panel);
    assert.match(panel.webview.html, /script-src 'nonce-[0-9a-f]{32}'/);
    await until('the text to be shown', () => bytewise.inspector.shown);
    panel.dispose();
    assert.equal(bytewise.inspector.isVisible, false);
  });
});
