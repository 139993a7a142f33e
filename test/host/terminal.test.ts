// The editor shows what the terminal prints, on a real file that no test has prepared.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { bandCount, bandOf } from '../../src/core/heatMap';
import { scales } from '../../src/core/heatMapScale';
import type { BytewiseApi } from '../../src/extension';
import { activeExtension, run, until } from './bytewise';

interface Printed {
  readonly bytes: number;
  readonly entropyBits: readonly number[];
  readonly patchStarts: readonly number[];
}

const isKnown = (nats: number) => !Number.isNaN(nats);

suite('the terminal and the editor', () => {
  let bytewise: BytewiseApi;
  let editor: vscode.TextEditor;
  let printed: Printed;

  suiteSetup(async () => {
    bytewise = await activeExtension();
    const root = vscode.extensions.getExtension('bytewise.bytewise')?.extensionPath ?? '';
    // Short enough for every band and mark: with marks on, the editor paints at most 640 runs and 300 marks on screen.
    const file = path.join(root, 'src/core/snooze.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [path.join(root, 'dist/cli.js'), 'entropy', file, '--json'],
      { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
    );
    printed = JSON.parse(stdout) as Printed;
    editor = await vscode.window.showTextDocument(vscode.Uri.file(file));
    await run('bytewise.toggleHeatMap');
    await run('bytewise.togglePatchMarks');
    await until('all numbers', () => bytewise.measurements.of(editor)?.measurement.entropyNats.every(isKnown), 60_000);
  });
  suiteTeardown(async () => {
    await run('bytewise.toggleHeatMap');
    await run('bytewise.togglePatchMarks');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  /** The byte of each character of the visible lines; the file is ASCII, so that bytes are characters. */
  function* visible(): Generator<{ readonly range: vscode.Range; readonly byte: number }> {
    const [shown] = editor.visibleRanges;
    assert.ok(shown);
    for (let line = shown.start.line; line <= shown.end.line; line++) {
      for (let column = 0; column < editor.document.lineAt(line).text.length; column++) {
        const start = new vscode.Position(line, column);
        yield { range: new vscode.Range(start, start.translate(0, 1)), byte: editor.document.offsetAt(start) };
      }
    }
  }

  test('agree on the file', () => {
    assert.equal(printed.bytes, Buffer.byteLength(editor.document.getText()));
    assert.equal(printed.entropyBits.length, printed.bytes);
    assert.equal(printed.bytes, editor.document.getText().length, 'the file is ASCII');
  });

  test('agree on where patches start', () => {
    const left = [
      ...(bytewise.patchMarks.rangesOf(editor)[0] ?? []),
      ...bytewise.heatMap
        .rangesOf(editor)
        .slice(bandCount * scales.length)
        .flat(),
    ];
    const starts = new Set(printed.patchStarts);
    for (const { range, byte } of visible()) {
      assert.equal(
        left.some((mark) => mark.start.isEqual(range.start)),
        starts.has(byte),
        `byte ${byte}`,
      );
    }
  });

  test('agree on the entropy of each byte', () => {
    const bands = bytewise.heatMap.rangesOf(editor);
    const allRuns = bands.flat().length + bytewise.patchMarks.rangesOf(editor).flat().length;
    assert.ok(bands[0]?.length, `the editor has room for all bands: ${allRuns}`);
    for (const { range, byte } of visible()) {
      const found = bands.findIndex((ranges) => ranges.some((one) => one.contains(range)));
      assert.equal(found % bandCount, bandOf(printed.entropyBits[byte] ?? NaN), `byte ${byte}`);
    }
  });
});
