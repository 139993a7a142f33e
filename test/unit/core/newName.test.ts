// Where a word is a new name.
import { expect, test } from 'vitest';
import { isNewName } from '../../../src/core/newName';

/** `█` stands where the word does. */
const at = (marked: string, language: string) => {
  const [before = '', following = ''] = marked.split('█');
  return isNewName(before, following, language);
};

test.each([
  ['const █ = 1', 'javascript'],
  ['let mut █ = 1', 'rust'],
  ['function █(', 'javascript'],
  ['function f(a, █', 'javascript'],
  ['def f(█', 'python'],
  ['█ = 1', 'python'],
  ['self.█ = 1', 'python'],
  ['import █', 'python'],
  ['#include <█>', 'cpp'],
  ['use std::█;', 'rust'],
  ['  █: string;', 'typescript'],
  ['{ █: 1 }', 'javascript'],
  ['items.map((█) => 1)', 'typescript'],
  ['items.map(█ => 1)', 'typescript'],
  ['int █;', 'c'],
  ['std::vector<int> █;', 'cpp'],
  ['const Node &█)', 'cpp'],
  ['char *█ = x', 'c'],
  ['String[] █', 'java'],
  ['for █ in items', 'python'],
])('%s in %s', (marked, language) => {
  expect(at(marked, language)).toBe(true);
});

test.each([
  ['return █;', 'c'],
  ['x = █ + 1', 'python'],
  ['█ = 1', 'go'],
  ['this.█()', 'java'],
  ['new █()', 'java'],
  ['foo(█)', 'javascript'],
  ['a * █', 'c'],
  ['a > █', 'c'],
  ['const █ &x', 'cpp'],
  ['typename █::type', 'cpp'],
  ['func f(x █)', 'go'],
  ['  █: 0;', 'css'],
  ['a == █', 'python'],
  ['if █ == 1', 'python'],
])('not %s in %s', (marked, language) => {
  expect(at(marked, language)).toBe(false);
});
