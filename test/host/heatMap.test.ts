// Heat map, patch marks and hover in a real editor, with the real engine.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { candidatesPerByte, type ByteOffset, type Measurement } from '../../src/core/engine';
import { bandCount, bandOf, bitsPerNat } from '../../src/core/heatMap';
import { scales } from '../../src/core/heatMapScale';
import type { Measured } from '../../src/editor/measurements';
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
  /** Characters with a mark on their left: alone, or as the first ones of a run that carries it. */
  const marked = (one = editor) => [
    ...(bytewise.patchMarks.rangesOf(one)[0] ?? []),
    ...bytewise.heatMap
      .rangesOf(one)
      .slice(bandCount * scales.length)
      .flat(),
  ];

  /** What the engine says about the whole document, asked once more and without the editor's help. */
  function measureAll(text: string): Promise<Measurement> {
    const bytes = new TextEncoder().encode(text);
    return bytewise.engine.measure({ text: bytes, start: 0 as ByteOffset, end: bytes.length as ByteOffset });
  }

  /** What is known of an editor, once nothing is missing. */
  function complete(one = editor): Measured | undefined {
    const measured = bytewise.measurements.of(one);
    return measured?.measurement.entropyNats.some(Number.isNaN) === false ? measured : undefined;
  }

  /** The same text at other positions comes out a little differently, because angles are float32. */
  function assertClose(actual: Float32Array, expected: Float32Array): void {
    assert.equal(actual.length, expected.length);
    actual.forEach((value, i) => {
      assert.ok(Math.abs(value - (expected[i] ?? NaN)) < 2e-3, `byte ${i}: ${value} is not ${expected[i]}`);
    });
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
    await until('all of it', () => complete());
    const bands = bytewise.heatMap.rangesOf(editor).slice(0, bandCount);
    assert.equal(bytewise.heatMap.rangesOf(editor).slice(bandCount).flat().length, 0);
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
    await until('all of it', () => complete());
    for (const { range, from, to } of characters(source)) {
      const starts = patchStart.subarray(from, to).includes(1);
      assert.equal(
        marked().some((one) => one.start.isEqual(range.start)),
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

  test('a mark and the colour behind it are one decoration', () => {
    const shared = bytewise.heatMap
      .rangesOf(editor)
      .slice(bandCount * scales.length)
      .flat();
    const alone = bytewise.patchMarks.rangesOf(editor)[0] ?? [];
    assert.ok(shared.length > 0);
    for (const range of alone) assert.ok(!painted().some(({ start }) => start.isEqual(range.start)));
  });

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
    assert.match(hover, /!\[\]\(data:image\/svg\+xml,/);
    assert.match(hover, /Patch \d+: /);
  });

  test('follows edits, and reads only what they can change', async () => {
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(2, 0), '  // A comment more.\n');
    });
    await until('a measurement of the new text', () => complete());
    const before = bytewise.measurements.evaluatedBytes;
    const line = editor.document.lineCount - 1;
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(line, 0), 'const last = 1;');
    });
    const { measurement } = await until('a measurement of the last line', () => complete());
    assertClose(measurement.entropyNats, (await measureAll(editor.document.getText())).entropyNats);
    // The bytes of the edit, but for the last one, which nothing follows, and the one before them.
    assert.ok(bytewise.measurements.evaluatedBytes - before <= 16, `${bytewise.measurements.evaluatedBytes - before}`);
  });

  test('a file with CRLF is measured like one with LF', async () => {
    const before = await until('numbers', () => complete());
    await editor.edit((edit) => {
      edit.setEndOfLine(vscode.EndOfLine.CRLF);
    });
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(6, 0), ' ');
    });
    const after = await until('a measurement of the new text', () => complete());
    const length = before.measurement.entropyNats.length - 16;
    assertClose(after.measurement.entropyNats.slice(0, length), before.measurement.entropyNats.slice(0, length));
  });

  test('shows surprisal, and what the model itself says', async () => {
    await bytewise.shownQuantity.set('surprisal');
    const entropies = await until('numbers', () => complete());
    const text = entropies.text.bytes;
    await bytewise.shownQuantity.set('own');
    const own = await until('the numbers of the model', () => complete(), 60_000);
    const request = { text, start: 0 as ByteOffset, end: text.length as ByteOffset, predictor: 'model' } as const;
    assertClose(own.measurement.entropyNats, (await bytewise.engine.measure(request)).entropyNats);
    assert.notDeepEqual([...own.measurement.entropyNats], [...entropies.measurement.entropyNats]);
    await bytewise.shownQuantity.set('entropy');
    await until('the entropies again', () => complete());
  });

  test('goes from one unusual place to the next', async () => {
    await vscode.window.showTextDocument(editor.document);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    const seen = new Set<number>();
    for (let i = 0; i < 3; i++) {
      await run('bytewise.nextUnusualPlace');
      seen.add(editor.document.offsetAt(editor.selection.start));
      assert.ok(!editor.selection.isEmpty);
    }
    const last = editor.selection;
    await run('bytewise.previousUnusualPlace');
    await run('bytewise.nextUnusualPlace');
    assert.ok(editor.selection.isEqual(last));
    assert.ok(seen.size > 1);
  });

  test('a large file is measured where it is looked at, within the limits', async () => {
    const before = bytewise.measurements.evaluatedBytes;
    const large = await openMarked('large.ts', source.repeat(15_000));
    const started = await until('the first lines', () => complete(large), 60_000);
    assert.ok(bytewise.measurements.evaluatedBytes - before < 20_000);
    assert.equal(started.firstLine, 0);
    large.revealRange(new vscode.Range(30_000, 0, 30_000, 0), vscode.TextEditorRevealType.AtTop);
    const middle = await until('lines in the middle', () => {
      const measured = complete(large);
      return measured && measured.firstLine > 20_000 ? measured : undefined;
    });
    assert.ok(middle.measurement.entropyNats.length > 1_000);
    const ranges = [bytewise.heatMap.rangesOf(large), bytewise.patchMarks.rangesOf(large)].flat(2).length;
    assert.ok(ranges > 100 && ranges <= 1_000, `${ranges}`);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('goes away when it is switched off', async () => {
    // The tab was behind another one, so it has a new editor.
    editor = await vscode.window.showTextDocument(editor.document);
    await until('numbers', () => complete());
    await until('a painted heat map', () => painted().length > 0);
    await run('bytewise.toggleHeatMap');
    assert.equal(painted().length, 0);
    assert.ok(marked().length > 0);
    assert.notEqual(await hoverAt(0, 5), '');
    await run('bytewise.togglePatchMarks');
    assert.equal(marked().length, 0);
  });
});
