/** The cases in which the engine is not asked at all. */
import * as vscode from 'vscode';
import { isInsideWord } from '../core/promptWindow';
import { languageIsOn, type Settings } from './settings';

export type Suppression =
  'disabled' | 'language-off' | 'excluded' | 'not-a-file' | 'several-cursors' | 'selection' | 'inside-word';

export function suppression(
  document: vscode.TextDocument,
  position: vscode.Position,
  settings: Settings,
  { invoked }: { invoked: boolean },
): Suppression | undefined {
  if (!settings.enable) return 'disabled';
  if (!isWritten(document.uri)) return 'not-a-file';
  if (!languageIsOn(settings, document.languageId)) return 'language-off';
  if (settings.exclude.some((pattern) => vscode.languages.match({ pattern }, document) > 0)) return 'excluded';

  const editor = vscode.window.activeTextEditor;
  if (editor?.document === document) {
    if (editor.selections.length > 1) return 'several-cursors';
    if (!editor.selection.isEmpty) return 'selection';
  }
  // Inside a word a suggestion is nearly always wrong; who asks by hand may have it.
  const { text } = document.lineAt(position.line);
  return !invoked && isInsideWord(text, position.character) ? 'inside-word' : undefined;
}

/** Output channels, the box for a commit message and others are documents too, but hold no code that somebody writes. */
function isWritten({ scheme }: vscode.Uri): boolean {
  return (
    scheme === 'untitled' ||
    scheme === 'vscode-notebook-cell' ||
    vscode.workspace.fs.isWritableFileSystem(scheme) === true
  );
}
