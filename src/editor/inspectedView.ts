/** What the inspector's view is told of the editor, in words where there is nothing to show. */
import * as vscode from 'vscode';
import { byteOffset } from '../core/bytes';
import type { Nothing, Place, ShownText } from '../core/inspectorMessages';
import { largestDocument, type InspectedText, type NoText } from './inspectedEditor';

export function shownText({ editor, version, text, lines, measured, info }: InspectedText): ShownText {
  const first = lines.placeOf(text.utf16At(measured.start)).line;
  const last = lines.placeOf(text.utf16At(byteOffset(measured.start + measured.bytes.length))).line;
  const lineStarts: number[] = [];
  for (let line = first; line <= last; line++) {
    const start = text.byteAt(lines.startOf(line)) - measured.start;
    if (start < measured.bytes.length) lineStarts.push(Math.max(0, start));
  }
  const { modelName, thresholdNats, contextBytes, size, patchBytes, headerIds } = info;
  return {
    kind: 'text',
    file: vscode.workspace.asRelativePath(editor.document.uri),
    uri: editor.document.uri.toString(),
    version,
    firstLine: first + 1,
    lineStarts,
    measured,
    before: text.bytes.slice(Math.max(0, measured.start - 2), measured.start),
    model: { modelName, thresholdNats, contextBytes, size, patchBytes, headerIds },
  };
}

export function placeIn({ editor, text, lines }: InspectedText): Place {
  const at = ({ line, character }: vscode.Position) => text.byteAt(lines.offsetOf({ line, column: character }));
  const { active, start, end } = editor.selection;
  return { cursor: at(active), start: at(start), end: at(end) };
}

export function nothingIn(reason: NoText): Nothing {
  if (typeof reason === 'object') {
    const { failure } = reason;
    const message = failure instanceof Error ? failure.message : String(failure);
    return nothing(vscode.l10n.t('The model does not run: {0}', message), {
      title: vscode.l10n.t('Restart Engine'),
      command: 'bytewise.restartEngine',
    });
  }
  switch (reason) {
    case 'no-editor':
      return nothing(vscode.l10n.t('Open a file, and the inspector shows how the model reads its visible lines.'), {
        title: vscode.l10n.t('Open a File'),
        command: 'workbench.action.quickOpen',
      });
    case 'empty':
      return nothing(vscode.l10n.t('The file is empty. Type something, and see how the model reads it.'));
    case 'too-large':
      return nothing(
        vscode.l10n.t(
          'The file is larger than {0} MB and is not inspected. Copy a part of it into a new file to inspect that.',
          largestDocument / 1e6,
        ),
        { title: vscode.l10n.t('New File'), command: 'workbench.action.files.newUntitledFile' },
      );
    case 'waiting':
      return { ...nothing(vscode.l10n.t('Measuring …')), waiting: true };
  }
}

const nothing = (message: string, help?: Nothing['help']): Nothing => ({
  kind: 'nothing',
  message,
  ...(help && { help }),
  waiting: false,
});
