import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteOffset, decodeUtf8, encodeUtf8, utf16Offset, Utf8Text } from '../../../src/core/bytes';

// Texts of any code units: surrogate pairs, lone surrogates, line ends, and much plain ASCII.
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', ' ', '\n', '\r\n', 'é', '€', '漢', '😀', '👩‍👩‍👧', '\ud83d', '\ude00', '\ufeff', '\u0000'),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** Offsets of the code units at which a character starts, as `for … of` sees characters. */
function characterStarts(text: string): number[] {
  const starts: number[] = [];
  let unit = 0;
  for (const character of text) {
    starts.push(unit);
    unit += character.length;
  }
  return starts;
}

describe('Utf8Text', () => {
  test('a byte offset is the length of what stands before it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const utf8 = new Utf8Text(text);
        for (const start of [...characterStarts(text), text.length]) {
          expect(utf8.byteAt(utf16Offset(start))).toBe(encodeUtf8(text.slice(0, start)).length);
        }
      }),
    );
  });

  test('there and back is where one was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const utf8 = new Utf8Text(text);
        for (const start of [...characterStarts(text), text.length]) {
          expect(utf8.utf16At(utf8.byteAt(utf16Offset(start)))).toBe(start);
        }
      }),
    );
  });

  test('a byte inside of a character belongs to the character', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const utf8 = new Utf8Text(text);
        for (let byte = 0; byte < utf8.bytes.length; byte++) {
          const { start, end } = utf8.characterAt(byteOffset(byte));
          expect(start).toBeLessThanOrEqual(byte);
          expect(end).toBeGreaterThan(byte);
          expect(utf8.utf16At(byteOffset(byte))).toBe(utf8.utf16At(start));
          expect(characterStarts(text)).toContain(utf8.utf16At(start));
          expect(utf8.byteAt(utf8.utf16At(byteOffset(byte)))).toBe(start);
        }
      }),
    );
  });

  test('the second half of a surrogate pair is the same character', () => {
    const utf8 = new Utf8Text('a😀b');
    expect([0, 1, 2, 3, 4].map((unit) => utf8.byteAt(utf16Offset(unit)))).toEqual([0, 1, 1, 5, 6]);
    expect([0, 1, 2, 3, 4, 5, 6].map((byte) => utf8.utf16At(byteOffset(byte)))).toEqual([0, 1, 1, 1, 1, 3, 4]);
  });

  test('a lone surrogate is U+FFFD, three bytes long', () => {
    const utf8 = new Utf8Text('\ude00x\ud83d');
    expect([...utf8.bytes]).toEqual([0xef, 0xbf, 0xbd, 0x78, 0xef, 0xbf, 0xbd]);
    expect([0, 1, 2, 3].map((unit) => utf8.byteAt(utf16Offset(unit)))).toEqual([0, 3, 4, 7]);
  });

  test('CRLF is two bytes and two code units', () => {
    const utf8 = new Utf8Text('ü\r\nx');
    expect([0, 1, 2, 3, 4].map((unit) => utf8.byteAt(utf16Offset(unit)))).toEqual([0, 2, 3, 4, 5]);
  });

  test('places outside of the text are its ends', () => {
    for (const text of ['ab', 'é😀']) {
      const utf8 = new Utf8Text(text);
      expect(utf8.byteAt(utf16Offset(99))).toBe(utf8.bytes.length);
      expect(utf8.utf16At(byteOffset(99))).toBe(text.length);
      expect(utf8.byteAt(utf16Offset(-1))).toBe(0);
    }
  });
});

test('decoding keeps a byte order mark', () => {
  expect(decodeUtf8(encodeUtf8('\ufeffx'))).toBe('\ufeffx');
});
