import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockAt, BlockLines, type Block } from '../../../src/core/block';
import { encodeUtf8 } from '../../../src/core/bytes';

const at = (marked: string) => blockAt(marked.slice(0, marked.indexOf('█')), marked.slice(marked.indexOf('█') + 1));

describe('a block may begin', () => {
  test.each([
    ['behind a brace', 'function f() {█', ''],
    ['between a brace and the one that the editor has closed', '  if (a) {█}\n', '  '],
    ['behind a colon', '  def f():█\n', '  '],
    ['behind an arrow', 'const f = () =>█', ''],
    ['on an empty line of a new body', 'function f() {\n  █\n}\n', ''],
    ['on an empty line that has no indentation yet', 'def f():\n█\n\ndef g():\n', ''],
    ['behind `then`', 'if a; then█\nfi', ''],
    ['on a line that the editor has indented', 'def f(a)\n  █\nend\n', ''],
    ['in a call that goes on', '\tf(█)\n', '\t'],
  ])('%s', (_where, marked, indentation) => {
    expect(at(marked)?.indentation).toBe(indentation);
  });
});

describe('one line is suggested', () => {
  test.each([
    ['in a line', 'const a = █'],
    ['where a body stands already', 'function f() {\n  █\n  return 1;\n}\n'],
    ['before the rest of a line', 'if (a) {█ b(); }'],
    ['on an empty line between others', '  a();\n  █\n  b();\n'],
    ['in an empty file', '█'],
    ['behind a word that ends like an opener', 'redo█'],
  ])('%s', (_where, marked) => {
    expect(at(marked)).toBeUndefined();
  });
});

/** What of a text is taken, and how that ends. */
function taken(block: Block, line: string, text: string): [string, string] {
  const lines = new BlockLines(block, line);
  let out = '';
  for (const character of text) {
    const verdict = lines.read(character.charCodeAt(0));
    if (verdict === 'outside') return [out, verdict];
    out += character;
    if (verdict === 'closes') return [out, verdict];
  }
  return [out, 'inside'];
}

describe('a block ends', () => {
  const block: Block = { indentation: '  ', maxLines: 3 };
  test.each([
    ['before a line that is no deeper', '  if (a):', '\n    b()\n  c()', ['\n    b()\n  ', 'outside']],
    ['before a line that is less deep', '    ', 'b()\nc()', ['b()\n', 'outside']],
    ['with the bracket that closes it', '    ', 'b();\n  } else {', ['b();\n  }', 'closes']],
    ['not with the bracket of a block around it', '    ', 'b();\n}', ['b();\n', 'outside']],
    ['not with a bracket inside of it', '    ', 'b(\n    );\n', ['b(\n    );\n', 'inside']],
    ['after so many lines', '    ', 'a\n    b\n    c\n    d', ['a\n    b\n    c', 'outside']],
    ['after two blank lines', '    ', 'a\n\n\n    b', ['a\n\n', 'outside']],
    ['with the line that the cursor is in if that is no deeper', '  ', 'a();\n    b();', ['a();', 'outside']],
    ['where tabs are mixed with spaces', '    ', 'a\n\tb', ['a\n\t', 'outside']],
  ] as [string, string, string, [string, string]][])('%s', (_how, line, text, wanted) => {
    expect(taken(block, line, text)).toEqual(wanted);
  });

  test('every line but the first is deeper than the one that opens it', () => {
    const pieces = fc.array(fc.constantFrom(' ', '  ', '\t', '\n', 'a', '}', ')', ';'), { maxLength: 40 });
    fc.assert(
      fc.property(
        pieces,
        fc.constantFrom('', '  ', '\t'),
        fc.integer({ min: 1, max: 5 }),
        (parts, indentation, maxLines) => {
          const [text, how] = taken({ indentation, maxLines }, `${indentation}{`, parts.join(''));
          const lines = text.split('\n').slice(1);
          expect(lines.length).toBeLessThan(maxLines + 1);
          for (const [i, line] of lines.entries()) {
            const isLast = i === lines.length - 1;
            if (line.trim() === '' || (isLast && how === 'closes')) continue;
            expect(line.startsWith(indentation) && /^[ \t]/.test(line.slice(indentation.length))).toBe(true);
          }
        },
      ),
    );
  });
  test('bytes of other scripts are text', () => {
    const lines = new BlockLines(block, '    ');
    for (const byte of encodeUtf8('漢字')) expect(lines.read(byte)).toBe('inside');
  });
});
