/** The statistics as a page of HTML. It holds no script, so it needs no permission but its style and two commands. */
import * as l10n from '@vscode/l10n';
import { keptAfterSeconds, shownAfterMs, total, type Counts, type Statistics } from './statistics';

export interface PageFacts {
  readonly statistics: Statistics;
  /** A random word, new for each page, by which its style is allowed. */
  readonly nonce: string;
  /** When counting began, as the user writes dates. */
  readonly since: string;
  readonly resetCommand: string;
  /** As in `vscode.env.language`. */
  readonly language: string;
}

export function statisticsPage({ statistics, nonce, since, resetCommand, language }: PageFacts): string {
  const languages = Object.entries(statistics.languages).sort(([, a], [, b]) => b.shown - a.shown);
  const rows = languages.map(([language, counts]) => row(escaped(language), counts));
  if (languages.length !== 1) rows.push(row(l10n.t('All'), total(statistics), true));
  const title = l10n.t('Bytewise Statistics');
  const note = l10n.t(
    'Shown: a suggestion was there for {0} ms, or was accepted before. Accepted: all or a part of it was taken. Not typed: characters that were accepted, less one key for each time. Kept: of the accepted texts in files still open after that time, how many stood there, white space aside.',
    shownAfterMs,
  );
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}';">
<title>${title}</title>
<style nonce="${nonce}">
body { max-width: 60rem; padding: 1rem 2rem; color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
h1 { font-weight: 600; font-size: 1.5em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 1.5rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: 0.4rem 0.9rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--vscode-editorWidget-border, var(--vscode-contrastBorder, currentColor)); }
tr:first-child th:first-child, tbody th { padding-left: 0; text-align: left; }
thead th[colspan] { text-align: center; }
thead th[rowspan] { vertical-align: bottom; }
thead th { font-weight: 400; color: var(--vscode-descriptionForeground); }
tbody th { font-weight: 400; }
tbody tr.all > * { font-weight: 600; }
.note { color: var(--vscode-descriptionForeground); line-height: 1.5; }
a.button { display: inline-block; padding: 0.4rem 0.9rem; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent)); text-decoration: none; }
a.button:hover { background: var(--vscode-button-secondaryHoverBackground); }
a.button:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 2px; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${l10n.t('Since {0}. Only this machine knows these numbers.', escaped(since))}</p>
${languages.length === 0 ? `<p>${l10n.t('Nothing has been suggested yet.')}</p>` : table(rows)}
<p class="note">${note}</p>
<p><a class="button" role="button" href="command:${escaped(resetCommand)}">${l10n.t('Reset Statistics')}</a></p>
</main>
</body>
</html>
`;
}

function table(rows: readonly string[]): string {
  const names = [l10n.t('Language'), l10n.t('Shown'), l10n.t('Accepted'), l10n.t('Not typed')];
  const single = names.map((name) => `<th scope="col" rowspan="2">${name}</th>`);
  const times = keptAfterSeconds.map((seconds) => `<th scope="col">${duration(seconds)}</th>`);
  return `<div class="scroll" tabindex="0" role="region" aria-label="${l10n.t('Counts by language')}">
<table>
<thead>
<tr>${single.join('')}<th scope="colgroup" colspan="${times.length}">${l10n.t('Kept after')}</th></tr>
<tr>${times.join('')}</tr>
</thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>`;
}

function row(name: string, { shown, accepted, savedCharacters, kept }: Counts, isAll = false): string {
  const cells = [
    String(shown),
    share(accepted, shown),
    String(savedCharacters),
    ...keptAfterSeconds.map((seconds) => share(kept[seconds].kept, kept[seconds].checked)),
  ];
  return `<tr${isAll ? ' class="all"' : ''}><th scope="row">${name}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

const share = (part: number, whole: number) => (whole === 0 ? '–' : `${part} (${Math.round((part / whole) * 100)} %)`);

const duration = (seconds: number) => (seconds < 60 ? l10n.t('{0} s', seconds) : l10n.t('{0} min', seconds / 60));

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
