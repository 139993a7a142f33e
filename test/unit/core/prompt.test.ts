import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../src/core/manifest';
import { anchoredStart, anchorStep, completePrompt, measureHeader, prefixRoom } from '../../../src/core/prompt';

const sentinels = { path: 0xfb, suffix: 0xfc, prefix: 0xfd, end: 0xfe };
const shape = {
  bos: 1,
  idOffset: 4,
  sentinels,
  context: { maxBytes: 256, maxSuffixBytes: 16, maxPathBytes: 12 },
} as Manifest;
const plain = { ...shape, sentinels: null } as Manifest;

const encode = (text: string) => new TextEncoder().encode(text);
const bytesOf = (ids: Uint16Array) => Uint8Array.from(ids.subarray(1), (id) => id - 4);

/** A prompt in letters: ‹path›, ‹suffix› and ‹prefix› for the sentinels. */
function prompt(path: string, prefix: string | Uint8Array, suffix: string | Uint8Array = '', manifest = shape): string {
  const bytes = (text: string | Uint8Array) => (typeof text === 'string' ? encode(text) : text);
  const ids = completePrompt({ path, prefix: bytes(prefix), suffix: bytes(suffix) }, manifest);
  expect(ids[0]).toBe(1);
  return Buffer.from(bytesOf(ids))
    .toString('latin1')
    .replaceAll('\xfb', '‹path›')
    .replaceAll('\xfc', '‹suffix›')
    .replaceAll('\xfd', '‹prefix›');
}

describe('the prompt of a completion', () => {
  test('has the file name, the text after and the text before the cursor', () => {
    expect(prompt('/home/me/a.ts', 'let x', ';\n')).toBe('‹path›a.ts‹suffix›;\n‹prefix›let x');
    expect(prompt('C:\\me\\a.ts', 'let x', ';\n')).toBe('‹path›a.ts‹suffix›;\n‹prefix›let x');
  });
  test('has no suffix sentinel when nothing follows', () => {
    expect(prompt('a.ts', 'let x')).toBe('‹path›a.ts‹prefix›let x');
  });
  test('is only the text for a package without sentinels', () => {
    expect(prompt('a.ts', 'let x', ';', plain)).toBe('let x');
  });
  test('has LF line ends', () => {
    expect(prompt('a', 'a\r\nb\r', '\r\nc\r\r\n')).toBe('‹path›a‹suffix›\nc\r\n‹prefix›a\nb\r');
  });
  test('has no sentinels that stood in the text', () => {
    const text = Uint8Array.of(0x61, 0xfb, 0xfc, 0xfd, 0xfe, 0xff);
    expect(prompt('a', text, text)).toBe('‹path›a‹suffix›a????\xff‹prefix›a????\xff');
  });
  test('keeps the end of a long file name and the start of a long suffix, both whole characters', () => {
    expect(prompt('averylongname.tsx', 'x')).toBe('‹path›longname.tsx‹prefix›x');
    expect(prompt('äääääää', 'x')).toBe(`‹path›${Buffer.from('ääääää').toString('latin1')}‹prefix›x`);
    expect(prompt('a', 'x', '0123456789abcdeé')).toBe('‹path›a‹suffix›0123456789abcde‹prefix›x');
    expect(prompt('a', 'x', '\r\n'.repeat(40))).toBe(`‹path›a‹suffix›${'\n'.repeat(16)}‹prefix›x`);
  });
});

test('a document that is measured has only a prefix sentinel before it', () => {
  expect(measureHeader(shape)).toEqual([1, 0xfd + 4]);
  expect(measureHeader(plain)).toEqual([1]);
});

describe('the window of a long prefix', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', '(', 'é', '漢'), maxLength: 60 });
  const text = fc.array(line, { minLength: 0, maxLength: 60 }).map((lines) => lines.join('\n'));

  test.each([shape, plain])('leaves room for all else, and shows enough', (manifest) => {
    fc.assert(
      fc.property(text, (text) => {
        const prefix = encode(text);
        const start = anchoredStart(prefix, manifest);
        const room = prefixRoom(manifest);
        expect(prefix.length - start).toBeLessThanOrEqual(room);
        if (prefix.length <= room) expect(start).toBe(0);
        else expect(prefix.length - start).toBeGreaterThan(room - 1.5 * anchorStep(manifest) - 4);
        // Not inside a character.
        expect(((prefix[start] ?? 0) & 0xc0) === 0x80).toBe(false);
        const ids = completePrompt({ path: 'x'.repeat(99), prefix, suffix: encode('y'.repeat(99)) }, manifest);
        expect(ids.length).toBeLessThan(manifest.context.maxBytes);
      }),
    );
  });

  test('starts at a line where there is one near', () => {
    const prefix = encode('0123456789abcde\n'.repeat(40));
    const start = anchoredStart(prefix, shape);
    expect(start % 16).toBe(0);
    expect(start).toBeGreaterThan(0);
  });

  test('stays while bytes are appended, and jumps by about a quarter of the context', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(shape, plain), (text, manifest) => {
        const whole = encode(text);
        const request = { path: 'a.ts', suffix: encode('}') };
        const jumps: number[] = [];
        let before = completePrompt({ ...request, prefix: whole.subarray(0, 0) }, manifest);
        for (let length = 1; length <= whole.length; length++) {
          const after = completePrompt({ ...request, prefix: whole.subarray(0, length) }, manifest);
          const grows = after.length === before.length + 1 && before.every((id, i) => after[i] === id);
          if (!grows) jumps.push(length);
          before = after;
        }
        jumps.forEach((at, i) => {
          expect(at - (jumps[i - 1] ?? 0)).toBeGreaterThanOrEqual(anchorStep(manifest));
        });
      }),
      { numRuns: 30 },
    );
  });
});
