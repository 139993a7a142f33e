// Which other files of a package the evaluation offers to copy from.
import { expect, test } from 'vitest';
import type { Sampled } from '../../../eval/data';
import { OpenTabs } from '../../../eval/openTabs';
import { decodeUtf8 } from '../../../src/core/bytes';

const file = (name: string, path: string, text: string, language = 'go'): Sampled => ({
  package: name,
  version: '1',
  licence: 'MIT',
  language,
  path,
  start: 0,
  whole: true,
  text,
  cursors: [],
});
const letters = Array.from('abcdefghijkl');
const sample = [
  ...letters.map((letter) => file('one', `${letter}.go`, `shared ${letter.repeat(3)}`)),
  file('one', 'a.md', 'shared markdown', 'markdown'),
  file('two', 'a.go', 'shared two'),
];
const ask = (name: string, path: string, prefix = 'shared') =>
  new OpenTabs(sample).sourcesFor({ package: name, path, prefix, suffix: '' }).map((text) => decodeUtf8(text).trim());

test('the eight files of the same package and language that are nearest by path, never the file itself', () => {
  const around = (missing: string) =>
    letters.filter((letter) => !missing.includes(letter)).map((letter) => `shared ${letter.repeat(3)}`);
  expect(ask('one', 'f.go').toSorted()).toEqual(around('fakl'));
  expect(ask('one', 'a.go').toSorted()).toEqual(around('ajkl'));
});

test('the most similar first, and none that has nothing in common with the text before the cursor', () => {
  expect(ask('one', 'a.go', 'shared ccc')[0]).toBe('shared ccc');
  expect(ask('one', 'a.go', 'other names')).toEqual([]);
});

test('alone in its package, or of no package: nothing', () => {
  expect(ask('two', 'a.go')).toEqual([]);
  expect(new OpenTabs(sample).sourcesFor({ path: 'solution.py', prefix: 'shared', suffix: '' })).toEqual([]);
});
