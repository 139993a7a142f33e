// Whatever is said to users can be said in every language there is a file for.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { getL10nJson } from '@vscode/l10n-dev';
import { afterEach, describe, expect, test } from 'vitest';
import { explain } from '../../src/core/decision';
import { statisticsPage } from '../../src/core/statisticsPage';
import { noStatistics } from '../../src/core/statistics';
import { statusTooltip } from '../../src/core/status';
import { root } from './engine/packages';

const languages = ['zh-cn', 'zh-tw'];
const rooms = ['src', 'media'];

const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const wordsOf = (name: string) => JSON.parse(read(name)) as Record<string, string>;
const placeholders = (text: string) => (text.match(/\{\d+\}/g) ?? []).sort();
/** What must be the same in every language: commands, settings and files that a text leads to or names. */
const names = (text: string) => (text.match(/\]\(command:[^)]*\)|`[^`]*`/g) ?? []).sort();

const sources = rooms.flatMap((room) =>
  readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name: `${room}/${name}`, contents: read(`${room}/${name}`) })),
);

describe('texts of the sources', () => {
  test('are all in the bundle, and no others', async () => {
    // Only files that say something are parsed, which takes a while.
    const saying = sources.filter(({ contents }) => contents.includes('l10n'));
    const found = await getL10nJson(saying.map(({ contents }) => ({ extension: '.ts', contents })));
    // `npm run l10n` writes them anew.
    expect(Object.keys(wordsOf('l10n/bundle.l10n.json')).sort()).toEqual(Object.keys(found).sort());
  }, 120_000);
  test('stand where the exporter finds them: in the call itself', () => {
    for (const { name, contents } of sources) {
      const calls = contents.match(/(?<![.\w]|vscode\.)(vscode\.)?l10n\.t\(\s*\S/g) ?? [];
      for (const call of calls) expect(call, name).toMatch(/['"`]$/);
      if (calls.length > 0) expect(contents, name).toMatch(/import \* as (vscode|l10n) from '(vscode|@vscode\/l10n)'/);
    }
  });
});

test('package.json names its texts by keys, all of which are there and used', () => {
  const used = [...read('package.json').matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key);
  expect(Object.keys(wordsOf('package.nls.json')).sort()).toEqual([...new Set(used)].sort());
  const plain = /"(title|description|markdownDescription|altText)": "(?!%)/.exec(read('package.json'));
  expect(plain?.[0]).toBeUndefined();
});

describe.each(languages)('%s', (language) => {
  const files = [
    ['l10n/bundle.l10n.json', `l10n/bundle.l10n.${language}.json`],
    ['package.nls.json', `package.nls.${language}.json`],
  ] as const;

  test.each(files)('%s is translated, with the same placeholders and names', (english, translated) => {
    const from = wordsOf(english);
    const to = wordsOf(translated);
    expect(Object.keys(to).sort()).toEqual(Object.keys(from).sort());
    for (const [key, text] of Object.entries(from)) {
      expect(to[key]?.trim(), key).toBeTruthy();
      expect(placeholders(to[key] ?? ''), key).toEqual(placeholders(text));
      expect(names(to[key] ?? ''), key).toEqual(names(text));
    }
  });
});

describe('the words of the core', () => {
  afterEach(() => {
    l10n.config({ contents: {} });
  });
  const status = { state: 'ready', enabled: true, snoozed: true, info: undefined, last: undefined, failure: undefined };
  const page = () =>
    statisticsPage({ statistics: noStatistics(0), nonce: 'n', since: '1', resetCommand: 'r', language: 'zh-cn' });

  test.each([
    ['zh-cn', '就绪，已暂停', '建议已暂停', '还没有给出过建议'],
    ['zh-tw', '就緒，已暫停', '建議已暫停', '還沒有提供過建議'],
  ])('are those of %s once that is the language', (language, state, sentence, statistics) => {
    l10n.config({ contents: wordsOf(`l10n/bundle.l10n.${language}.json`) });
    expect(statusTooltip({ ...status, state: 'ready' })).toContain(state);
    expect(explain({ reason: 'snoozed' })).toBe(sentence);
    expect(explain({ reason: 'unsure', confidence: 0.2, gate: 0.35 })).toContain('20 %');
    expect(page()).toContain(statistics);
    expect(page()).toContain('<html lang="zh-cn">');
  });
  test('are English without a bundle', () => {
    expect(explain({ reason: 'snoozed' })).toBe('Suggestions are snoozed');
    expect(page()).toContain('Nothing has been suggested yet');
  });
});

test('the package ships them', () => {
  const shipped = read('.vscodeignore').split('\n');
  expect(shipped).toContain('!l10n/*.json');
  expect(shipped).toContain('!package.nls*.json');
  expect((JSON.parse(read('package.json')) as { l10n: string }).l10n).toBe('./l10n');
});
