import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textKind } from '../../../src/core/textKind';

/** `█` marks the cursor. */
const cases: [language: string, marked: string, kind: string][] = [
  ['typescript', 'const a = █', 'code'],
  ['typescript', 'a(); // say█', 'comment'],
  ['typescript', 'a(); // say\n█', 'code'],
  ['typescript', '/* one\n * two█\n */', 'comment'],
  ['typescript', '/* one */ █', 'code'],
  ['typescript', "const a = 'b█'", 'string'],
  ['typescript', "const a = 'it\\'s█'", 'string'],
  ['typescript', "const a = 'b'█", 'code'],
  ['typescript', "const a = 'not closed\n█", 'code'],
  ['typescript', "const url = 'http://x█'", 'string'],
  ['typescript', 'const a = `one\ntwo█`', 'string'],
  ['typescript', 'const a = `one ${tw█o}`', 'code'],
  ['typescript', 'const a = `one ${f({ a: 1 }).█b} two`', 'code'],
  ['typescript', 'const a = `one ${f({ a: 1 })} tw█o`', 'string'],
  ['typescript', 'const a = `one ${`in${1}ner`} tw█o`', 'string'],
  ['typescript', 'const a = `one`; █', 'code'],
  ['javascript', 'const quote = /["\'`]/g; █', 'code'],
  ['javascript', 'return /[/"]/.test(█', 'code'],
  ['javascript', 'const half = a / b; // "█', 'comment'],
  ['javascript', 'const half = a / 2 + "█"', 'string'],
  ['javascript', 'return /"/; █', 'code'],
  ['javascript', 'of = a.of /"█', 'string'],
  ['javascript', 'noreturn / 2 + "█', 'string'],
  ['javascript', '𝒳 / 2 + "█', 'string'],
  ['javascript', 'typeof  /"/; █', 'code'],
  ['python', '# a█', 'comment'],
  ['python', 'a = "#█"', 'string'],
  ['python', 'def f():\n    """Say\n    it█\n    """', 'string'],
  ['python', 'a = """x"""\nb█', 'code'],
  ['python', "a = ''\nb█", 'code'],
  ['go', 'a := `raw \\`\n█', 'code'],
  ['go', 'a := `raw\n█`', 'string'],
  ['rust', "fn first<'a>(x: &'a str) -> █", 'code'],
  ['rust', "let q = '\"'; let a = █", 'code'],
  ['rust', "let q = '\\''; // █", 'comment'],
  ['rust', 'let a = r#"x " y█"#', 'string'],
  ['c', "char q = '\"'; █", 'code'],
  ['c', '#include "x█"', 'string'],
  ['java', 'String a = """\n  text█', 'string'],
  ['shellscript', 'echo "a" # b█', 'comment'],
  ['sql', "SELECT 'a' -- b█", 'comment'],
  ['lua', '--[[ a\n b█ ]]', 'comment'],
  ['html', '<p><!-- a█ --></p>', 'comment'],
  ['css', 'a { /* b█ */ }', 'comment'],
  ['markdown', 'it\'s "█', 'code'],
  ['a language that nobody knows', '// a█', 'code'],
];

test.each(cases)('%s: %s is %s', (language, marked, kind) => {
  expect(textKind(marked.slice(0, marked.indexOf('█')), language)).toBe(kind);
});

describe('any text', () => {
  const pieces = fc.array(
    fc.constantFrom('"', "'", '`', '/', '*', '//', '${', '{', '}', '\\', '\n', 'a', ' ', '#', '[', ']'),
  );
  test('ends in some kind, in every family', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom('typescript', 'python', 'rust', 'lua', 'php', 'go'), (parts, language) => {
        expect(['code', 'comment', 'string']).toContain(textKind(parts.join(''), language));
      }),
    );
  });
  test('is code after a blank line where nothing spans lines', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        expect(textKind(`${parts.join('').replaceAll('\\', '')}\n`, 'shellscript')).toBe('code');
      }),
    );
  });
});
