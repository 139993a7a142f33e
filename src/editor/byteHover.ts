/** The hover over a character, while the heat map or the patch marks are on. It asks the engine nothing. */
import * as vscode from 'vscode';
import { byteHover } from '../core/byteHover';
import type { Measurements } from './measurements';
import { toRange } from './range';

export class ByteHover implements vscode.HoverProvider {
  constructor(private readonly measurements: Measurements) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    // Right of the last character there is only the line feed, which nobody can see.
    if (position.character >= document.lineAt(position.line).text.length) return undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      const measured = editor.document === document ? this.measurements.of(editor) : undefined;
      if (measured?.version !== document.version) continue;
      const { text, lines, measurement } = measured;
      const unit = lines.offsetOf({ line: position.line, column: position.character });
      const place = text.byteAt(unit);
      const markdown = byteHover(text, measurement, place);
      if (!markdown) continue;
      const { start, end } = text.characterAt(place);
      const range = toRange(lines, { start: text.utf16At(start), end: text.utf16At(end) });
      return new vscode.Hover(new vscode.MarkdownString(markdown), range);
    }
    return undefined;
  }
}
