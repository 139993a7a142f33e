/** The language of VS Code: the page brings the translations with it. Imported first, because other files have texts of their own. */
import * as l10n from '@vscode/l10n';

l10n.config({ contents: document.getElementById('words')?.textContent ?? '{}' });
