import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifiersOf, mostSimilar, similarity, snippetsOf } from '../../../src/core/neighbours';

const texts = (snippets: readonly Uint8Array[]) => snippets.map((bytes) => new TextDecoder().decode(bytes));
const set = (...words: string[]) => new Set(words);

test('identifiers are words of three characters or more', () => {
  expect(identifiersOf('if (x1 && $scope._id) größe = 42n; // 3rd')).toEqual(set('$scope', '_id'));
});

describe('similarity', () => {
  test.each([
    [set('a', 'b'), set('b', 'c'), 1 / 3],
    [set('a'), set('a'), 1],
    [set('a'), set(), 0],
    [set(), set(), 0],
  ])('is the share of what both have', (a, b, expected) => {
    expect(similarity(a, b)).toBeCloseTo(expected);
    expect(similarity(b, a)).toBeCloseTo(expected);
  });
});

describe('snippets', () => {
  test('are pieces of whole lines that make up the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'ö', ' '), maxLength: 5 }), { maxLength: 130 }),
        (lines) => {
          const text = lines.join('\n');
          const pieces = texts(snippetsOf(text).map(({ bytes }) => bytes));
          expect(pieces.join('')).toBe(`${text}\n`);
          expect(pieces.every((piece) => piece.split('\n').length <= 41)).toBe(true);
        },
      ),
    );
  });

  test('the most similar come first, what shares nothing does not come, and room is kept', () => {
    const snippets = ['total + price', 'other words', 'total price items'].flatMap(snippetsOf);
    expect(texts(mostSimilar('total = price * items', snippets))).toEqual(['total price items\n', 'total + price\n']);
    expect(texts(mostSimilar('total = price * items', snippets, 15))).toEqual(['total + price\n']);
    expect(mostSimilar('', snippets)).toEqual([]);
  });
});
