// Heat map, patch marks and hover in a real editor, with the real engine.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { candidatesPerByte, type ByteOffset, type Measurement } from '../../src/core/engine';
import { bandOf, bitsPerNat } from '../../src/core/heatMap';
import type { BytewiseApi } from '../../src/extension';
import { activeExtension, openMarked, run, until } from './bytewise';

const source = `// Größe and 😀 — more than one byte each.
export function area(width: number, height: number): number {
  return width * height;
}
`;

suite('heat map', () => {
  let bytewise: BytewiseApi;
  let editor: vscode.TextEditor;

  suiteSetup(async () => {
    bytewise = await activeExtension();
    editor = await openMarked('area.ts', source);
  });
  suiteTeardown(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  const painted = () => bytewise.heatMap.rangesOf(editor).flat();
  const marked = () => bytewise.patchMarks.rangesOf(editor).flat();

  /** What the engine says about the whole document, asked once more and without the editor's help. */
  function measureAll(text: string): Promise<Measurement> {
    const bytes = new TextEncoder().encode(text);
    return bytewise.engine.measure({ text: bytes, start: 0 as ByteOffset, end: bytes.length as ByteOffset });
  }

  /** For each character but line feeds: its range, and its bytes from and to. */
  function* characters(text: string) {
    let line = 0;
    let column = 0;
    let byte = 0;
    for (const character of text) {
      const length = new TextEncoder().encode(character).length;
      if (character === '\n') {
        line++;
        column = 0;
      } else {
        yield { range: new vscode.Range(line, column, line, column + character.length), from: byte, to: byte + length };
        column += character.length;
      }
      byte += length;
    }
  }

  test('is off at first', async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(painted().length, 0);
    assert.equal(marked().length, 0);
    assert.equal(bytewise.measurements.isActive, false);
  });

  test('paints each character in the band of its most uncertain byte', async () => {
    await run('bytewise.toggleHeatMap');
    await until('a painted heat map', () => painted().length > 0, 60_000);
    const { entropyNats } = await measureAll(source);
    const bands = bytewise.heatMap.rangesOf(editor);
    for (const { range, from, to } of characters(source)) {
      const band = bandOf(Math.max(...entropyNats.subarray(from, to)) * bitsPerNat);
      const found = bands.flatMap((ranges, index) => (ranges.some((one) => one.contains(range)) ? [index] : []));
      assert.deepEqual(found, [band], `band of ${editor.document.getText(range)} at ${from}`);
    }
    assert.ok(painted().length <= 1_000);
  });

  test('marks exactly the characters at which the engine starts a patch', async () => {
    await run('bytewise.togglePatchMarks');
    await until('patch marks', () => marked().length > 0);
    const { patchStart } = await measureAll(source);
    const [left = []] = bytewise.patchMarks.rangesOf(editor);
    for (const { range, from, to } of characters(source)) {
      const starts = patchStart.subarray(from, to).includes(1);
      assert.equal(
        left.some((one) => one.isEqual(range)),
        starts,
        `patch start at byte ${from}`,
      );
    }
  });

  /** The text of our hover at a place. */
  async function hoverAt(line: number, column: number): Promise<string> {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      editor.document.uri,
      new vscode.Position(line, column),
    );
    const texts = hovers.flatMap(({ contents }) => contents.map((content) => (content as vscode.MarkdownString).value));
    return texts.find((text) => text.includes('surprisal')) ?? '';
  }

  test('the hover says what the engine says', async () => {
    const { entropyNats, surprisalNats, candidateBytes, candidateProbabilities } = await measureAll(source);
    // The second byte of ö stands at 6.
    const hover = await hoverAt(0, 5);
    assert.match(hover, /`C3`/);
    assert.match(hover, /`B6`/);
    assert.ok(hover.includes('`ö`'), hover);
    for (const byte of [5, 6]) {
      assert.ok(hover.includes(`${((entropyNats[byte] ?? 0) * bitsPerNat).toFixed(2)} bits`), hover);
      assert.ok(hover.includes(`${((surprisalNats[byte] ?? 0) * bitsPerNat).toFixed(2)} bits`), hover);
    }
    for (let rank = 0; rank < candidatesPerByte; rank++) {
      const hex = (candidateBytes[5 * candidatesPerByte + rank] ?? 0).toString(16).toUpperCase().padStart(2, '0');
      assert.ok(hover.includes(`\`${hex}\``), hover);
      const percent = ((candidateProbabilities[5 * candidatesPerByte + rank] ?? 0) * 100).toFixed(1);
      assert.ok(hover.includes(`${percent} %`), hover);
    }
  });

  test('follows edits', async () => {
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(2, 0), '  // A comment more.\n');
    });
    const text = editor.document.getText();
    await until(
      'a measurement of the new text',
      () => bytewise.measurements.of(editor)?.version === editor.document.version,
    );
    const { entropyNats } = await measureAll(text);
    const { measurement } = bytewise.measurements.of(editor) as { measurement: Measurement };
    assert.deepEqual([...measurement.entropyNats], [...entropyNats]);
  });

  test('a file with CRLF is measured like one with LF', async () => {
    const before = bytewise.measurements.of(editor)?.measurement.entropyNats;
    await editor.edit((edit) => {
      edit.setEndOfLine(vscode.EndOfLine.CRLF);
    });
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(5, 0), ' ');
    });
    await until(
      'a measurement of the new text',
      () => bytewise.measurements.of(editor)?.version === editor.document.version,
    );
    const after = bytewise.measurements.of(editor)?.measurement.entropyNats ?? [];
    assert.deepEqual([...after].slice(0, before?.length), [...(before ?? [])]);
  });

  test('goes away when it is switched off', async () => {
    await run('bytewise.toggleHeatMap');
    assert.equal(painted().length, 0);
    assert.ok(marked().length > 0);
    assert.notEqual(await hoverAt(0, 5), '');
    await run('bytewise.togglePatchMarks');
    assert.equal(marked().length, 0);
    assert.equal(await hoverAt(0, 5), '');
  });
});
