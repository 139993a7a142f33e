import { describe, expect, test } from 'vitest';
import { noStatistics, parseStatistics, total, withAccepted, withKept, withShown } from '../../../src/core/statistics';
import { statisticsPage } from '../../../src/core/statisticsPage';

/** Two shown and one accepted in two parts in Go, one shown in Python. */
function counted() {
  let statistics = withShown(withShown(noStatistics(1_000), 'go'), 'go');
  statistics = withAccepted(statistics, 'go', { characters: 9, again: false });
  statistics = withAccepted(statistics, 'go', { characters: 4, again: true });
  statistics = withKept(statistics, 'go', { after: 30, isKept: true });
  statistics = withKept(statistics, 'go', { after: 120, isKept: false });
  return withShown(statistics, 'python');
}

test('counts are by language', () => {
  const { since, languages } = counted();
  expect(since).toBe(1_000);
  expect(languages['go']).toMatchObject({ shown: 2, accepted: 1, savedCharacters: 11 });
  expect(languages['go']?.kept).toMatchObject({
    30: { kept: 1, checked: 1 },
    120: { kept: 0, checked: 1 },
    300: { kept: 0, checked: 0 },
  });
  expect(languages['python']).toMatchObject({ shown: 1, accepted: 0 });
});

test('an accepted character saves no key', () => {
  const { languages } = withAccepted(noStatistics(0), 'go', { characters: 1, again: false });
  expect(languages['go']?.savedCharacters).toBe(0);
});

test('all languages add up', () => {
  expect(total(counted())).toMatchObject({ shown: 3, accepted: 1, kept: { 30: { kept: 1, checked: 1 } } });
});

describe('what was stored', () => {
  test('is read as it was written', () => {
    const statistics = counted();
    expect(parseStatistics(JSON.parse(JSON.stringify(statistics)), 5)).toEqual(statistics);
  });
  test.each([undefined, null, 7, [], {}, { since: 'x' }])('%j begins anew', (stored) => {
    expect(parseStatistics(stored, 5)).toEqual(noStatistics(5));
  });
  test('is not believed where it makes no sense', () => {
    const stored = { since: 1, languages: { go: { shown: -1, accepted: '2', kept: { 30: 'x' } }, c: 7 } };
    const { languages } = parseStatistics(stored, 5);
    expect(Object.keys(languages)).toEqual(['go']);
    expect(languages['go']).toMatchObject({ shown: 0, accepted: 0, kept: { 30: { kept: 0, checked: 0 } } });
  });
});

describe('page', () => {
  const page = (statistics = counted()) =>
    statisticsPage({
      statistics,
      nonce: 'n1',
      since: 'today',
      resetCommand: 'bytewise.resetStatistics',
      language: 'en',
    });

  test('has a row for each language and one for all', () => {
    const rows = [...page().matchAll(/<tr[^>]*><th scope="row">(.*?)<\/th>(.*?)<\/tr>/g)].map(([, name, cells]) => [
      name,
      ...(cells ?? '').split(/<\/?td>/).filter(Boolean),
    ]);
    expect(rows).toEqual([
      ['go', '2', '1 (50 %)', '11', '1 (100 %)', '0 (0 %)', '–', '–'],
      ['python', '1', '0 (0 %)', '0', '–', '–', '–', '–'],
      ['All', '3', '1 (33 %)', '11', '1 (100 %)', '0 (0 %)', '–', '–'],
    ]);
  });
  test('says so when there is nothing', () => {
    expect(page(noStatistics(0))).toContain('Nothing has been suggested yet');
    expect(page(noStatistics(0))).not.toContain('<table>');
  });
  test('runs no script and loads nothing', () => {
    const text = page();
    expect(text).toContain("content=\"default-src 'none'; style-src 'nonce-n1';\"");
    expect(text).not.toMatch(/<script|<img|<link|<iframe|https?:|url\(|style="/);
  });
  test('has no colour that is not of the theme', () => {
    const style = /<style[^>]*>(.*?)<\/style>/s.exec(page())?.[1] ?? '';
    expect(style).not.toMatch(/#[0-9a-f]{3,8}\b|rgb|hsl|\b(white|black|red|green|blue)\b(?!-)/i);
  });
  test('the name of a language is text, whatever it holds', () => {
    expect(page(withShown(noStatistics(0), '<b a="&">'))).toContain('&lt;b a=&quot;&amp;&quot;&gt;');
  });
  test('what scrolls can be reached by key and has a name', () => {
    expect(page()).toMatch(/tabindex="0" role="region" aria-label="\w/);
  });
});
