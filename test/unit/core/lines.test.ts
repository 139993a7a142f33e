import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf16Offset } from '../../../src/core/bytes';
import { Lines } from '../../../src/core/lines';

test('places are where splitting at line feeds says', () => {
  const someText = fc.array(fc.constantFrom('a', 'bc', '\n', '😀')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(someText, (text) => {
      const lines = new Lines(text);
      expect(lines.count).toBe(text.split('\n').length);
      for (let offset = 0; offset <= text.length; offset++) {
        const before = text.slice(0, offset).split('\n');
        const place = lines.placeOf(utf16Offset(offset));
        expect(place).toEqual({ line: before.length - 1, column: before.at(-1)?.length });
        expect(lines.offsetOf(place)).toBe(offset);
      }
    }),
  );
});

test('behind the last line is the end', () => {
  expect(new Lines('a\nbc').startOf(2)).toBe(4);
});
