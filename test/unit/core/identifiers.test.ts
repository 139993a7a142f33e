// Words of code.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasWord, lastWordBefore, wordAt, wordCounts, wordParts, wordStart } from '../../../src/core/identifiers';

test('words are counted', () => {
  expect([...wordCounts('a_1 = $b + a_1 + 2c;')]).toEqual([
    ['a_1', 2],
    ['$b', 1],
    ['c', 1],
  ]);
});

test('parts of identifiers', () => {
  expect(wordParts('parseHTMLPage_v2')).toEqual(['parse', 'html', 'page', 'v']);
  expect(wordParts('MAX_SIZE')).toEqual(['max', 'size']);
  expect(wordParts('straßeNr')).toEqual(['straße', 'nr']);
});

test('a word is found as a whole, or as a beginning', () => {
  expect(hasWord('totals, total', 'total')).toBe(true);
  expect(hasWord('totals subtotal', 'total')).toBe(false);
  expect(hasWord('totals', 'total', { asStart: true })).toBe(true);
  expect(hasWord('subtotal', 'total', { asStart: true })).toBe(false);
});

test('the word at a place, and before one', () => {
  expect(wordAt('a + total;', 6)).toEqual({ start: 4, end: 9 });
  expect(wordAt('a + total;', 9)).toEqual({ start: 4, end: 9 });
  expect(wordAt('a + total;', 3)).toBeUndefined();
  expect(lastWordBefore('total.', 6)).toEqual({ start: 0, end: 5 });
  expect(lastWordBefore('(', 1)).toBeUndefined();
  expect(wordStart('Name(a)')).toBe('Name');
});

const text = fc.array(fc.constantFrom('a', 'b', '1', '_', ' ', '.', 'é')).map((letters) => letters.join(''));

test('hasWord says of every word what counting says', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const counts = wordCounts(one);
      for (const word of wordCounts(`${one} ${other}`).keys()) {
        // A digit before letters is a character of no word for the one, and of a word for the other.
        if (/[1]/.test(one)) continue;
        expect(hasWord(one, word)).toBe(counts.has(word));
      }
    }),
  );
});
