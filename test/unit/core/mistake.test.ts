import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf16Offset } from '../../../src/core/bytes';
import { typoKinds, typoPlace, withTypo } from '../../../src/core/mistake';

describe('typos', () => {
  test.each([
    ['swap', 'return', 1, 'rteurn'],
    ['swap', 'return', 5, 'retunr'],
    ['drop', 'return', 2, 'reurn'],
    ['double', 'return', 2, 'rettturn'.replace('ttt', 'tt')],
    ['neighbour', 'return', 0, 'teturn'],
    ['neighbour', 'PoP', 2, 'Po['],
    ['neighbour', 'ö', 0, 'x'],
    ['drop', 'a😀b', 2, 'ab'],
    ['swap', 'a😀b', 1, 'ab😀'],
  ] as const)('%s in %s at %i', (kind, line, at, expected) => {
    expect(withTypo(line, utf16Offset(at), kind)).toBe(expected);
  });

  test('an empty line stays empty, and no surrogate is torn apart', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), fc.constantFrom(...typoKinds), (line, at, kind) => {
        const out = withTypo(line, utf16Offset(at), kind);
        expect(new TextDecoder().decode(new TextEncoder().encode(out))).toBe(out);
        expect(Math.abs(Array.from(out).length - Array.from(line).length)).toBeLessThanOrEqual(1);
        if (line === '') expect(out).toBe('');
      }),
    );
  });

  test('the place is inside of the longest word', () => {
    expect(typoPlace('  if (existing) x')).toBe('  if (exis'.length);
    expect(typoPlace('')).toBe(0);
  });
});
