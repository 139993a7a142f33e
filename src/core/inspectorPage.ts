/** The page that the inspector's web view starts with. It runs one script, and loads nothing but what is named here. */

export interface InspectorPage {
  /** A random word, new for each page, by which its scripts and its style are allowed. */
  readonly nonce: string;
  readonly style: string;
  readonly script: string;
  /** Loaded when tokens are shown for the first time. */
  readonly tokenScript: string;
  readonly language: string;
  /** Translations by English text. */
  readonly words: Readonly<Record<string, unknown>>;
}

export function inspectorPage({ nonce, style, script, tokenScript, language, words }: InspectorPage): string {
  // Images are drawn in the page itself.
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src data:;`;
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Bytewise Inspector</title>
<link rel="stylesheet" nonce="${nonce}" href="${escaped(style)}">
<script type="application/json" id="words" nonce="${nonce}">${JSON.stringify(words).replaceAll('<', '\\u003c')}</script>
</head>
<body>
<main id="inspector"></main>
<script nonce="${nonce}" src="${escaped(script)}" data-tokens="${escaped(tokenScript)}"></script>
</body>
</html>
`;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
