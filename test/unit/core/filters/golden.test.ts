// What the filters make of generated text, language by language, through the whole of `suggest`.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompleteResult } from '../../../../src/core/engine';
import { blockAt } from '../../../../src/core/block';
import { encodeUtf8 } from '../../../../src/core/bytes';
import { withoutUnmatched } from '../../../../src/core/filters/balance';
import { indentationUnit, reindented } from '../../../../src/core/filters/indentation';
import { looksSecret } from '../../../../src/core/filters/secrets';
import { suggest } from '../../../../src/core/suggestion';

/** `█` marks the cursor in the document. Gives the text that is shown, or the reason in brackets why none is. */
function shown(marked: string, generated: string, stop: CompleteResult['stop'] = 'line-end'): string {
  const [before = '', after = ''] = marked.split('█');
  const bytes = encodeUtf8(generated);
  const sure = new Float32Array(bytes.length).fill(1);
  const result = { bytes, probabilities: sure, confidences: sure, stop, patches: 1 };
  const counts = { reusedBytes: 0, prefilledBytes: 0, firstByteMs: 1, ms: 1 };
  const block = generated.includes('\n') ? blockAt(before, after) : undefined;
  const request = { prefix: encodeUtf8(before), suffix: encodeUtf8(after), ...(block && { block }) };
  const { text, shown: isShown, reason } = suggest({ ...result, ...counts }, request);
  return isShown ? text : `(${reason ?? ''})`;
}

const cases: Readonly<Record<string, readonly [marked: string, generated: string, shown: string][]>> = {
  TypeScript: [
    ['call(a, █);', 'b) {', 'b'],
    ['call(█', 'a, (b) => c(b));', 'a, (b) => c(b));'],
    ["say('█');", "hello');", 'hello'],
    ["say('█', 1);", "hello', 2);", 'hello'],
    ["say('it\\'s █');", "here'", 'here'],
    ['function f() {\n  return [1, 2█\n}\n', '];\n', '];'],
    ['if (a) {\n  b(█\n}\n', 'c);', 'c);'],
    ['if (a) {\n  b();\n█\n}\n', '}', '(duplicates-suffix)'],
    ['if (a) {\n  if (b) {\n    c();\n  █\n}\n', '}', '}'],
    ['const a = {\n  b: [1, 2█\n  ],\n};\n', '],', '(duplicates-suffix)'],
    ['total(█', 'a];', 'a'],
    ['const s = "(";\nf(█', 'a))', 'a))'],
    ['import { a } from "a";\nimport { █\n', 'a } from "a";', 'a } from "a";'],
    ['  log(a);\n  log(a);\n  █', 'log(a);', '(repetitive)'],
    ['  log(a);\n  log(a);\n  log(█', 'a);', '(repetitive)'],
    ['const key = "█"', 'ghp_1234567890abcdefghijABCDEFGHIJ12"', '(looks-secret)'],
    ['const key = "ghp_12345678█"', '90abcdefghijABCDEFGHIJ12', '(looks-secret)'],
    ['\treturn a;\n}\n\nfunction f() {\n█\n}\n', '    return b;', '\treturn b;'],
    ['function f() {\n  █\n}\n', '  return b;', 'return b;'],
  ],
  Python: [
    ['def f(a):\n    return █\n\n\ndef g():\n', 'a + 1', 'a + 1'],
    ['def f(a):\n    if a:\n        pass\n█', '    return a', '    return a'],
    ['def f(a):\n█', '\treturn a', '\treturn a'],
    ['def g():\n    pass\n\ndef f(a):\n█', '\treturn a', '    return a'],
    ['def f():\n    █', '    return 1', 'return 1'],
    ['d["█"]', 'key"] = 1', 'key'],
    ['print(f"{a█}")', '}", end="")', '(duplicates-suffix)'],
    ['    x = 1\n█\n    return x\n', '    return x', '(duplicates-suffix)'],
    ["# it's (\nf(█", 'a)', 'a)'],
  ],
  Go: [
    ['func f() {\n\tif err != nil {\n█\n\t}\n}\n', '        return err', '\treturn err'],
    ['\tfmt.Println(█)\n', '"a", b)', '"a", b'],
    ['\ta := []int{1, █}\n', '2, 3}', '2, 3'],
    ['func f() {\n\tg(█\n}\n', 'a)', 'a)'],
  ],
  Rust: [
    ["fn first<'a>(x: &'a str) -> &'a str {\n    x█\n}\n", '.trim()', '.trim()'],
    ['    let a = vec![1, █];\n', '2];', '2'],
    ['    match a {\n        Some(b) => █,\n    }\n', 'b,', 'b'],
    ['    let v = foo(█\n', 'a?);', 'a?);'],
  ],
  Java: [
    ['    String s = "█";\n', 'abc";', 'abc'],
    ['class A {\n    void f() {\n        g();\n    }\n█\n}\n', '}', '(duplicates-suffix)'],
    ['        list.add(new Item(█));\n', 'a, b));', 'a, b'],
  ],
  C: [
    ['#define MAX(a, b) (█\n', '(a) > (b) ? (a) : (b))', '(a) > (b) ? (a) : (b))'],
    ['    for (int i = 0; █) {\n', 'i < n; i++) {', 'i < n; i++'],
    ["    if (c == '(') f(█\n", 'a);', 'a);'],
    ['#include "█"\n', 'a.h"', 'a.h'],
  ],
  HTML: [
    ['<a href="█">x</a>', '/home">', '/home'],
    ['<p class="a">█</p>', 'text</p>', 'text'],
    ['<ul>\n  <li>█\n</ul>\n', 'one</li>', 'one</li>'],
  ],
  CSS: [
    ['a {\n  color: █;\n}\n', 'red;', 'red'],
    ['a {\n  color: red;\n█\n}\n', '}', '(duplicates-suffix)'],
    ['a { width: calc(█); }', '100% - 1px);', '100% - 1px'],
  ],
  YAML: [
    ['on:\n  push:\n    branches: [█]\n', 'main]', 'main'],
    ['key: "█"\n', 'value"', 'value'],
    ['a:\n  b: 1\n  █\n', 'c: 2', 'c: 2'],
    ['password: █\n', 'AKIAIOSFODNN7EXAMPLE', '(looks-secret)'],
  ],
  Markdown: [
    ['See [the page](█)', 'docs/a.md).', 'docs/a.md'],
    ["It's a (small█\n", ') thing', ') thing'],
    ['- one\n- two\n█', '- three', '- three'],
    ['# Title\n\n█\n\n## Next\n', '## Next', '(duplicates-suffix)'],
  ],
  Shell: [
    ['if [ -f "$a█" ]; then\n', '" ]; then', '(duplicates-suffix)'],
    ['echo "█"', '$a" >&2', '$a'],
    ['export TOKEN=█', 'xoxb-123456789012-abcdefghij', '(looks-secret)'],
  ],
  JSON: [
    ['{\n  "a": [1, █],\n}\n', '2],', '2'],
    ['{\n  "a": {\n    "b": 1█\n  }\n}\n', '}', '(duplicates-suffix)'],
  ],
};

describe.each(Object.entries(cases))('%s', (_language, rows) => {
  test.each(rows)('%j goes on with %j', (marked, generated, wanted) => {
    expect(shown(marked, generated)).toBe(wanted);
  });
});

describe('blocks', () => {
  const blocks: [marked: string, generated: string, shown: string, stop?: CompleteResult['stop']][] = [
    ['def f(a):█', '\n    b = a\n    return b', '\n    b = a\n    return b'],
    ['def f(a):\n    █', 'b = a\n    return b\n', 'b = a\n    return b'],
    ['function f() {█}', '\n  return 1;\n}', '\n  return 1;\n'],
    ['  if (a) {█}\n', '\n    b();', '\n    b();\n  '],
    ['function f() {\n  █\n}\n', 'a();\n  b();\n}', 'a();\n  b();'],
    ['function f() {\n  █\n', 'a();\n  b();\n}', 'a();\n  b();\n}'],
    ['func f() {\n\t█\n}\n', 'a()\n    b()', 'a()\n\tb()'],
    ['function f() {\n  █\n}\n', 'a();\n  b();\n  ret', 'a();\n  b();', 'unsure'],
    ['function f() {\n  █\n}\n', 'a();\n  re', 'a();', 'max-bytes'],
    ['function f() {\n  █\n}\nlast();\n', 'a();\n  last();', 'a();\n  last();'],
    ['try {\n  █\n  last();\n', 'a();\n  last();', 'a();'],
    ['function f() {\n  █\n}\n', 'a();\n  a();\n  a();\n  a();', 'a();\n  a();'],
  ];
  test.each(blocks)('%j goes on with %j', (marked, generated, wanted, stop) => {
    expect(shown(marked, generated, stop)).toBe(wanted);
  });
});

test.each([
  'AKIAIOSFODNN7EXAMPLE',
  'AIzaSyA1234567890abcdefghijklmnopqrstu',
  'glpat-abcdefghij1234567890',
  'sk-ant-REDACTED-9fQ2',
  'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc',
  '-----BEGIN RSA PRIVATE KEY-----',
  'q8Zt2LmN4vBwJalrXUtn+FEMI/K7MDrfiCYe9Pd0',
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
])('%s looks like a secret', (secret) => {
  expect(looksSecret(`"${secret}"`, 'const key = ')).toBe(true);
});
test.each([
  'AbstractSingletonProxyFactoryBean',
  'very_long_function_name_with_many_words_2',
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '00000000000000000000000000000000',
  'https://example.org/a/Zt1ezd5395vSOpTqYoYfRCyPKOkUggK0A',
  'node_modules/@types/node/index.d.ts',
])('%s does not', (name) => {
  expect(looksSecret(name, '')).toBe(false);
});
test('what stands there already is not held against a suggestion', () => {
  expect(looksSecret(');', 'login("AKIAIOSFODNN7EXAMPLE"')).toBe(false);
});

describe('any text', () => {
  const text = fc.string({
    unit: fc.constantFrom('(', ')', '[', ']', '{', '}', '"', "'", '\n', ' ', '\t', 'a', ';', '\\'),
  });
  test('is only ever cut at its end', () => {
    fc.assert(
      fc.property(text, text, text, (one, before, after) => {
        expect(one.startsWith(withoutUnmatched(one, before, after))).toBe(true);
      }),
    );
  });
  test('keeps all but white space when it is indented anew', () => {
    fc.assert(
      fc.property(text, text, (one, around) => {
        const lines = one.split('\n');
        const again = reindented(lines, indentationUnit(around) ?? '\t');
        expect(again.map((line) => line.trimStart())).toEqual(lines.map((line) => line.trimStart()));
      }),
    );
  });
  test('is shown without white space at its end', () => {
    fc.assert(
      fc.property(text, text, text, (one, before, after) => {
        const said = shown(`${before}█${after}`, one);
        // The line end in front of a bracket right behind the cursor is wanted.
        if (!said.startsWith('(') && !one.includes('\n')) expect(said).toBe(said.trimEnd());
      }),
    );
  });
});
