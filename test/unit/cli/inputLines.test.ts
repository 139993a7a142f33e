import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputLines } from '../../../src/cli/inputLines';

async function lines(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  async function* input() {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  }
  const found: string[] = [];
  for await (const line of inputLines(input())) found.push(line.toString());
  return found;
}

test('LF and CRLF end lines; the last line needs no end', async () => {
  expect(await lines('a\nb\r\n\nc')).toEqual(['a', 'b', '', 'c']);
  expect(await lines('a\n')).toEqual(['a']);
  expect(await lines()).toEqual([]);
});

test('a line separator of Unicode ends no line', async () => {
  expect(await lines('a\u2028b\u2029c\u0085d\re\n')).toEqual(['a\u2028b\u2029c\u0085d\re']);
});

test('how the bytes are cut into chunks makes no difference', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', '€', '😀', '\r') }), { minLength: 1 }),
      fc.array(fc.nat(200)),
      async (texts, cuts) => {
        const whole = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const places = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const chunks = places.slice(1).map((end, i) => whole.subarray(places[i], end));
        expect(await lines(...chunks)).toEqual(texts.map((text) => text.replace(/\r$/, '')));
      },
    ),
  );
});

test('a line of many chunks takes no quadratic time', async () => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const found = await lines(...Array.from({ length: 500 }, () => chunk), '\n');
  expect(found[0]?.length).toBe(500 * chunk.length);
});
