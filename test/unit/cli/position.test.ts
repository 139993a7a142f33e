import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommandError } from '../../../src/cli/failure';
import { parsePosition, textAround } from '../../../src/cli/position';

const around = (text: string, line: number, column: number) =>
  textAround(Buffer.from(text), { file: 'a.py', line, column });

describe('FILE:LINE:COL', () => {
  test.each([
    ['sum.py:3:7', 'sum.py', 3, 7],
    ['C:\\code\\sum.py:3:7', 'C:\\code\\sum.py', 3, 7],
    ['a:1:2:3:4', 'a:1:2', 3, 4],
    ['with space\nand line.py:10:1', 'with space\nand line.py', 10, 1],
  ])('reads %j', (argument, file, line, column) => {
    expect(parsePosition(argument)).toEqual({ file, line, column });
  });

  test.each(['sum.py', 'sum.py:3', ':3:7', 'sum.py:3:', 'sum.py:-3:7', 'sum.py:3:x', 'sum.py:0:1', 'sum.py:1:0'])(
    'refuses %j as wrong usage',
    (argument) => {
      expect(() => parsePosition(argument)).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
    },
  );
});

describe('the text around a place', () => {
  // The cursor is the mark █.
  test.each([
    ['█abc\ndef', 1, 1],
    ['abc█\ndef', 1, 4],
    ['abc\nd█ef', 2, 2],
    ['abc\ndef█', 2, 4],
    ['abc\n█', 2, 1],
    ['█', 1, 1],
    ['😀x█y', 1, 4],
    ['ä█', 1, 2],
  ])('%j', (marked, line, column) => {
    const [prefix, suffix] = marked.split('█');
    expect(around(marked.replace('█', ''), line, column)).toEqual({ prefix, suffix });
  });

  test('counts lines and columns as the editor does: no byte order mark, any line end', () => {
    expect(around('\ufeffab\r\ncd\ref', 1, 3)).toEqual({ prefix: 'ab', suffix: '\ncd\nef' });
    expect(around('\ufeffab\r\ncd\ref', 3, 2)).toEqual({ prefix: 'ab\ncd\ne', suffix: 'f' });
  });

  test('steps out of a surrogate pair', () => {
    expect(around('😀', 1, 2)).toEqual({ prefix: '', suffix: '😀' });
  });

  test.each([
    [4, 1, 'a.py has no line 4; its last line is 3'],
    [1, 5, 'line 1 of a.py has no column 5; its end is column 4'],
    [3, 2, 'line 3 of a.py has no column 2; its end is column 1'],
    [1, 1e30, 'line 1 of a.py has no column 1e+30; its end is column 4'],
  ])('line %d, column %d: an error that says how far the file goes', (line, column, message) => {
    expect(() => around('abc\ndef\n', line, column)).toThrow(new CommandError(message));
  });

  test('of any place in any text, prefix and suffix are the text again', () => {
    const character = fc.constantFrom('a', 'ß', '€', '😀', '\n', '\r\n', '\r', ':', ' ', '\t');
    fc.assert(
      fc.property(fc.array(character, { maxLength: 60 }), fc.nat(), fc.boolean(), (characters, seed, bom) => {
        const places = seed % (characters.length + 1);
        const before = characters.slice(0, places).join('');
        const after = characters.slice(places).join('');
        // Between CR and LF there is no place for a cursor.
        fc.pre(!(before.endsWith('\r') && after.startsWith('\n')));
        const lines = before.split(/\r\n|\r|\n/);
        const position = `C:/a.py:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
        const content = Buffer.from((bom ? '\ufeff' : '') + before + after);
        const lf = (text: string) => text.replace(/\r\n?/g, '\n');
        expect(textAround(content, parsePosition(position))).toEqual({ prefix: lf(before), suffix: lf(after) });
      }),
    );
  });

  test('of a long document the end of the prefix and the start of the suffix are left, as in the editor', () => {
    const line = 'x = 1\n';
    const { prefix, suffix } = around(line.repeat(20_000), 10_001, 2);
    expect(prefix.length).toBeLessThan(40_000);
    expect(prefix.endsWith(`${line}x`)).toBe(true);
    expect(prefix.startsWith(line)).toBe(true);
    expect(suffix.startsWith(' = 1\n')).toBe(true);
    expect(suffix.length).toBeLessThanOrEqual(1_024);
  });
});
