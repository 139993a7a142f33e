/** Parts of a sentence in a row, in the language of VS Code. */
import * as l10n from '@vscode/l10n';

/** Such as "a, b, c"; nothing for no parts. */
export const inRow = (parts: readonly string[]): string =>
  parts.length === 0 ? '' : parts.reduce((before, part) => l10n.t('{0}, {1}', before, part));
