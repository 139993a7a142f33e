/** The statistics as a page of HTML. It holds no script, so it needs no permission but its style and two commands. */
import { keptAfterSeconds, shownAfterMs, total, type Counts, type Statistics } from './statistics';

export interface PageFacts {
  readonly statistics: Statistics;
  /** A random word, new for each page, by which its style is allowed. */
  readonly nonce: string;
  /** When counting began, as the user writes dates. */
  readonly since: string;
  readonly resetCommand: string;
}

export function statisticsPage({ statistics, nonce, since, resetCommand }: PageFacts): string {
  const languages = Object.entries(statistics.languages).sort(([, a], [, b]) => b.shown - a.shown);
  const rows = languages.map(([language, counts]) => row(escaped(language), counts));
  if (languages.length !== 1) rows.push(row('All', total(statistics), true));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}';">
<title>Bytewise Statistics</title>
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
<h1>Bytewise Statistics</h1>
<p>Since ${escaped(since)}. Only this machine knows these numbers.</p>
${languages.length === 0 ? '<p>Nothing has been suggested yet.</p>' : table(rows)}
<p class="note">Shown: a suggestion was there for ${shownAfterMs} ms, or was accepted before. Accepted: all or a part of it was taken. Not typed: characters that were accepted, less one key for each time. Kept: of the accepted texts in files still open after that time, how many stood there, white space aside.</p>
<p><a class="button" role="button" href="command:${escaped(resetCommand)}">Reset Statistics</a></p>
</main>
</body>
</html>
`;
}

function table(rows: readonly string[]): string {
  const single = ['Language', 'Shown', 'Accepted', 'Not typed'].map(
    (name) => `<th scope="col" rowspan="2">${name}</th>`,
  );
  const times = keptAfterSeconds.map((seconds) => `<th scope="col">${duration(seconds)}</th>`);
  return `<div class="scroll" tabindex="0" role="region" aria-label="Counts by language">
<table>
<thead>
<tr>${single.join('')}<th scope="colgroup" colspan="${times.length}">Kept after</th></tr>
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

const duration = (seconds: number) => (seconds < 60 ? `${seconds} s` : `${seconds / 60} min`);

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
