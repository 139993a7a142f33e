import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteInWords, glyphs } from '../../../src/core/glyphs';

const encode = (text: string) => new TextEncoder().encode(text);

describe('glyphs', () => {
  test.each([
    ['a b\t\r\n', ['a', '␣', 'b', '⇥', '␍', '⏎']],
    ['ö😀', ['ö', '', '😀', '', '', '']],
    ['e\u0301', ['e', '\u0301', '']],
    ['\u0000\u001b\u007f', ['␀', '␛', '␡']],
    ['\ufeff', ['\ufeff', '', '']],
  ])('%j', (text, expected) => {
    expect(glyphs(encode(text))).toEqual(expected);
  });

  test('bytes that are no UTF-8, and characters that are cut off', () => {
    expect(glyphs(Uint8Array.of(0x61, 0xff, 0x62))).toEqual(['a', '\ufffd', 'b']);
    expect(glyphs(Uint8Array.of(0xc3))).toEqual(['\ufffd']);
    expect(glyphs(Uint8Array.of(0xb6, 0x61))).toEqual(['\ufffd', 'a']);
  });

  test('there is one for each byte, and together they are the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = encode(text);
        const all = glyphs(bytes);
        expect(all).toHaveLength(bytes.length);
        if (/^[\u0021-\u007e\u00a0-\uffff]*$/.test(text)) expect(all.join('')).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(glyphs(bytes)).toHaveLength(bytes.length);
      }),
    );
  });
});

test('a byte in words', () => {
  expect(byteInWords(0x0a, '⏎')).toBe('0A line feed');
  expect(byteInWords(0x61, 'a')).toBe('61 a');
  expect(byteInWords(0xb6, '')).toBe('B6 inside of a character');
});
