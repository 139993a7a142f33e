// Comments and strings by the grammars that are shipped.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { Edit, type Parser } from 'web-tree-sitter';
import { syntaxKind } from '../../../src/core/syntax';
import { grammarNames, loadParsers } from './parsers';

let parsers: ReadonlyMap<string, Parser>;

beforeAll(async () => {
  parsers = await loadParsers();
}, 120_000);

function kindAt(grammar: string, marked: string) {
  const cursor = marked.indexOf('█');
  const tree = parsers.get(grammar)?.parse(marked.replace('█', ''));
  return syntaxKind(tree?.rootNode.descendantForIndex(cursor - 1, cursor - 1) ?? null, cursor);
}

/** `█` marks the cursor. */
const cases: readonly [grammar: string, marked: string, kind: string | undefined][] = [
  ['typescript', 'const a = █1;\n', 'code'],
  ['typescript', 'a(); // say█\n', 'comment'],
  ['typescript', 'a(); // say\n█b();', 'code'],
  ['typescript', '/* one\n * two█\n */\n', 'comment'],
  ['typescript', '/* one */█ a();\n', 'code'],
  ['typescript', "const a = 'b█';\n", 'string'],
  ['typescript', "const a = 'it\\'s█';\n", 'string'],
  ['typescript', "const a = 'b'█;\n", 'code'],
  ['typescript', "const a = '█';\n", 'string'],
  ['typescript', 'const a = `one ${tw█o}`;\n', 'code'],
  ['typescript', 'const a = `one ${two} th█ree`;\n', 'string'],
  ['typescript', 'const a = `one ${`in${1}ner`} tw█o`;\n', 'string'],
  ['typescript', 'const quote = /["\'`]/g; █\n', 'code'],
  ['typescript', "const url = 'http://x█';\n", 'string'],
  ['tsx', "const a = <p>it's█ here</p>;\n", 'code'],
  ['tsx', 'const a = <p title="x█">it\'s</p>;\n', 'string'],
  ['javascript', 'const half = a / 2 + "█";\n', 'string'],
  ['python', '# a█\n', 'comment'],
  ['python', 'a = "#█"\n', 'string'],
  ['python', 'def f():\n    """Say\n    it█\n    """\n', 'string'],
  ['python', 'a = f"{b█}"\n', 'code'],
  ['go', 'package a\n\nvar a = `raw\n█`\n', 'string'],
  ['go', "package a\n\nvar a = 'x█'\n", 'string'],
  ['rust', "fn first<'a>(x: &'a█ str) {}\n", 'code'],
  ['rust', 'let a = r#"x " y█"#;\n', 'string'],
  ['rust', '/// doc█\nfn a() {}\n', 'comment'],
  ['rust', '/// doc\n█fn a() {}\n', 'code'],
  ['java', 'class A { String a = "b█"; }\n', 'string'],
  ['java', 'class A { /** b█ */ int c; }\n', 'comment'],
  ['cpp', "char q = '\"'; int a█;\n", 'code'],
  ['cpp', '#include "x█"\n', 'string'],
  ['cpp', '// a█\nint b;\n', 'comment'],
  ['c-sharp', 'var a = $"b {c█} d";\n', 'code'],
  ['c-sharp', 'var a = @"b█";\n', 'string'],
  ['php', "<?php $a = 'b█';\n", 'string'],
  ['php', '<?php // b█\n', 'comment'],
  ['ruby', 'a = "b #{c█}"\n', 'code'],
  ['ruby', 'a = "b█"\n', 'string'],
  ['bash', 'cat <<END\ntext█\nEND\n', 'string'],
  ['bash', 'echo "a" # b█\n', 'comment'],
  ['bash', 'echo "a $(b█)"\n', 'code'],
  ['powershell', '# a█\n', 'comment'],
  ['html', '<p><!-- a█ --></p>\n', 'comment'],
  ['html', '<p title="a█">b</p>\n', 'string'],
  ['html', "<p>it's█</p>\n", 'code'],
  ['css', 'a { /* b█ */ }\n', 'comment'],
  ['css', 'a::before { content: "b█"; }\n', 'string'],
  ['yaml', 'a: "b█"\n', 'string'],
  ['yaml', '# a█\nb: 1\n', 'comment'],
  // An open quote: the scan knows better.
  ['typescript', "const a = 'b█\n", undefined],
];

test.each(cases)('%s: %j is %s', (grammar, marked, kind) => {
  expect(kindAt(grammar, marked)).toBe(kind);
});

test('every grammar is tried', () => {
  expect(new Set(cases.map(([grammar]) => grammar))).toEqual(new Set(grammarNames));
});

describe('random edits', () => {
  const piece = fc.constantFrom('"', "'", '// a', '/* b */', '\n', '{', '}', 'x = 1;', '`', ' ', 'é', '😀');
  test('a tree that was edited is the tree of the text', () => {
    const parser = parsers.get('typescript') as Parser;
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.tuple(fc.nat(), fc.nat(5), piece), { maxLength: 6 }), (start, edits) => {
        let text = start.join('');
        let tree = parser.parse(text);
        for (const [where, length, inserted] of edits) {
          const from = where % (text.length + 1);
          const to = Math.min(text.length, from + length);
          const point = (of: string, at: number) => {
            const lines = of.slice(0, at).split('\n');
            return { row: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
          };
          const next = text.slice(0, from) + inserted + text.slice(to);
          const edit = new Edit({
            startIndex: from,
            oldEndIndex: to,
            newEndIndex: from + inserted.length,
            startPosition: point(text, from),
            oldEndPosition: point(text, to),
            newEndPosition: point(next, from + inserted.length),
          });
          tree?.edit(edit);
          tree = parser.parse(next, tree);
          text = next;
        }
        for (let cursor = 1; cursor <= text.length; cursor++) {
          const node = tree?.rootNode.descendantForIndex(cursor - 1, cursor - 1) ?? null;
          expect(['code', 'comment', 'string', undefined]).toContain(syntaxKind(node, cursor));
        }
        expect(tree?.rootNode.endIndex).toBe(text.length);
      }),
      { numRuns: 50 },
    );
  });
});
