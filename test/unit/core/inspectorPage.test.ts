import { expect, test } from 'vitest';
import { inspectorPage } from '../../../src/core/inspectorPage';

const page = inspectorPage({
  nonce: 'abc123',
  style: 'https://x/main.css',
  script: 'https://x/main.js',
  tokenScript: 'https://x/tokens.js?a="b"',
  language: 'en',
  words: { '</script><script>alert(1)': 'x' },
});

test('allows one script and one style by their nonce, drawings of its own, and nothing else', () => {
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy).toBe("default-src 'none'; style-src 'nonce-abc123'; script-src 'nonce-abc123'; img-src data:;");
  for (const tag of page.match(/<(script|link)[^>]*>/g) ?? []) expect(tag).toContain('nonce="abc123"');
});

test('nothing that it is given can end a script or an attribute', () => {
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).toContain('tokens.js?a=&quot;b&quot;');
});
