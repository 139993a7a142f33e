/** The hover over a character, while the heat map or the patch marks are on. The engine is asked for the candidates alone. */
import * as vscode from 'vscode';
import { byteHover } from '../core/byteHover';
import { byteOffset } from '../core/bytes';
import type { Engine, Measurement } from '../core/engine';
import { abortSignal } from './cancellation';
import type { Config } from './config';
import { visibleLines, type Measured, type Measurements } from './measurements';
import { toRange } from './range';
import type { ShownQuantity } from './shownQuantity';
import { themeKind } from './theme';

export class ByteHover implements vscode.HoverProvider {
  constructor(
    private readonly measurements: Measurements,
    private readonly engine: Engine,
    private readonly shown: ShownQuantity,
    private readonly config: Config,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    // Right of the last character there is only the line feed, which nobody can see.
    if (position.character >= document.lineAt(position.line).text.length) return undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      const measured = editor.document === document ? this.measurements.of(editor) : undefined;
      const hover = measured && (await this.hoverIn(measured, editor, position, token));
      if (hover) return hover;
    }
    return undefined;
  }

  private async hoverIn(
    measured: Measured,
    editor: vscode.TextEditor,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const { text, lines, measurement, firstLine } = measured;
    const line = position.line - firstLine;
    if (line < 0 || line >= lines.count) return undefined;
    const place = text.byteAt(lines.offsetOf({ line, column: position.character }));
    const { start, end } = text.characterAt(place);
    if (Number.isNaN(measurement.entropyNats[start] ?? NaN)) return undefined;
    const tracked = this.measurements.documentOf(editor.document);
    const before = tracked?.lines.patchesBefore(firstLine) ?? { patches: 0, from: firstLine };
    const lineStart = text.byteAt(lines.startOf(line));
    const markdown = byteHover(text, measurement, byteOffset(place), {
      candidates: await this.candidatesAt(editor, position.line, start - lineStart, end - lineStart, token),
      firstLine,
      patchesBefore: before.patches,
      countedFrom: before.from + 1,
      quantity: this.shown.value,
      theme: themeKind(),
      scale: this.config.settings.scale,
    });
    if (!markdown) return undefined;
    const range = toRange(measured, { start: text.utf16At(start), end: text.utf16At(end) });
    return new vscode.Hover(new vscode.MarkdownString(markdown), range);
  }

  /** Of a character; without them the hover still says what is known. */
  private async candidatesAt(
    editor: vscode.TextEditor,
    line: number,
    start: number,
    end: number,
    token: vscode.CancellationToken,
  ): Promise<Measurement | undefined> {
    const request = this.measurements
      .documentOf(editor.document)
      ?.candidatesOf({ start: { line, byte: start }, end: { line, byte: end } }, visibleLines(editor).first);
    if (!request) return undefined;
    const abortion = abortSignal(token);
    try {
      return await this.engine.measure(request, abortion.signal);
    } catch {
      // Whatever keeps the engine from answering is told where the numbers themselves are asked for.
      return undefined;
    } finally {
      abortion.dispose();
    }
  }
}
