// Single typos, and how far keys lie apart.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areNeighbours, typoBetween } from '../../../src/core/typo';

test.each([
  ['totl', 'total', 'missing', 3],
  ['totall', 'total', 'extra', 5],
  ['toatl', 'total', 'swapped', 2],
  ['totsl', 'total', 'replaced', 3],
])('%s for %s: %s at %i', (written, meant, kind, at) => {
  expect(typoBetween(written, meant)).toMatchObject({ kind, at });
});

test.each([
  ['total', 'total'],
  ['ttoal', 'toall'],
  ['otal', 'total'],
  ['total1', 'total2'],
  ['user_name', 'username'],
  ['userName', 'username'],
  ['toltal', 'totl'],
])('%s is no typo of %s', (written, meant) => {
  expect(typoBetween(written, meant)).toBeUndefined();
});

test('a letter beside the right one is likelier than one far away, a doubled one likelier still', () => {
  const bits = (written: string) => typoBetween(written, 'total')?.bits ?? NaN;
  expect(bits('totsl')).toBeLessThan(bits('totpl'));
  expect(bits('tottal')).toBeLessThan(bits('totyal'));
  expect(bits('totyal')).toBeLessThan(bits('totpal'));
});

test('neighbours on the keyboard', () => {
  expect('qwsz'.split('').every((key) => areNeighbours('a', key))).toBe(true);
  expect(areNeighbours('A', 's')).toBe(true);
  expect('apk1'.split('').some((key) => areNeighbours('a', key))).toBe(false);
});

const letter = fc.stringMatching(/^[a-z]$/);
const word = fc.stringMatching(/^[a-z]{4,12}$/);

test('every single edit behind the first letter is found, and undone by its description', () => {
  fc.assert(
    fc.property(word, fc.nat(), letter, fc.nat(3), (meant, place, other, edit) => {
      const at = 1 + (place % (meant.length - 2));
      const written = [
        meant.slice(0, at) + meant.slice(at + 1),
        meant.slice(0, at) + other + meant.slice(at),
        meant.slice(0, at) + meant.charAt(at + 1) + meant.charAt(at) + meant.slice(at + 2),
        meant.slice(0, at) + other + meant.slice(at + 1),
      ][edit];
      const typo = typoBetween(written ?? '', meant);
      if (written === meant) expect(typo).toBeUndefined();
      else expect(typo?.bits).toBeGreaterThan(0);
    }),
  );
});

test('whatever is compared, the first letters are equal and the lengths differ by one at most', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (written, meant) => {
      if (typoBetween(written, meant) === undefined) return;
      expect(written[0]).toBe(meant[0]);
      expect(Math.abs(written.length - meant.length)).toBeLessThanOrEqual(1);
    }),
  );
});
