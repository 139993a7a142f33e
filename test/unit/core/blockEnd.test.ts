// Where a suggested block ends, language by language: what the engine takes of generated text, and what a parser leaves of it.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Parser } from 'web-tree-sitter';
import { blockAt, BlockLines, indentedLength, type Block } from '../../../src/core/block';
import { encodeUtf8 } from '../../../src/core/bytes';
import type { CompleteResult } from '../../../src/core/engine';
import { suggest } from '../../../src/core/suggestion';
import { blockEnd } from '../../../src/core/syntax';
import { lastLine } from '../../../src/core/words';
import { loadParsers } from './parsers';

let parsers: ReadonlyMap<string, Parser>;

beforeAll(async () => {
  parsers = await loadParsers();
}, 120_000);

/** What the engine takes of a text that the model would go on with. */
function taken(text: string, block: Block, line: string): string {
  const lines = new BlockLines(block, line);
  let wholeLines = 0;
  for (let at = 0; at < text.length; at++) {
    const verdict = lines.read(text.charCodeAt(at));
    if (verdict === 'outside') return text.slice(0, text[at] === '\n' ? at : wholeLines);
    if (verdict === 'closes') return text.slice(0, at + 1);
    if (text[at] === '\n') wholeLines = at;
  }
  return text;
}

/** `█` marks the cursor. What is shown with a grammar, or without one. */
function shown(grammar: string | undefined, marked: string, generated: string): string {
  const [before = '', after = ''] = marked.split('█');
  const open = blockAt(before, after);
  expect(open).toBeDefined();
  const block: Block = { ...(open as Block), isParsed: grammar !== undefined };
  const bytes = encodeUtf8(taken(generated, block, lastLine(before)));
  const sure = new Float32Array(bytes.length).fill(1);
  const counts = { patches: 1, reusedBytes: 0, prefilledBytes: 0, firstByteMs: 1, ms: 1 };
  const result: CompleteResult = { bytes, probabilities: sure, confidences: sure, stop: 'block-end', ...counts };
  const request = { prefix: encodeUtf8(before), suffix: encodeUtf8(after), block };
  const endOf = (text: string): number | undefined => {
    const tree = grammar === undefined ? undefined : parsers.get(grammar)?.parse(before + text + after);
    const first = before.length + text.search(/\S/);
    const end = blockEnd(tree?.rootNode.descendantForIndex(before.trimEnd().length - 1, first + 1) ?? null);
    return end === undefined ? undefined : Math.max(0, end - before.length);
  };
  return suggest(result, request, { blockEnd: endOf }).text;
}

const cases: readonly [
  grammar: string,
  what: string,
  marked: string,
  generated: string,
  byTree: string,
  byLines: string,
][] = [
  ['bash', 'its own word', 'if a; then█\n', '\n  b\nfi\nc\n', '\n  b\nfi', '\n  b'],
  ['bash', 'a loop', 'for a in b; do█\n', '\n  c\ndone\nd\n', '\n  c\ndone', '\n  c'],
  ['c-sharp', 'a bracket', 'class A {\n  void B() {█\n', '\n    C();\n  }\n}', '\n    C();\n  }', '\n    C();\n  }'],
  ['cpp', 'labels', 'class A {█\n', '\npublic:\n  int b;\n};', '\npublic:\n  int b;\n}', ''],
  ['cpp', 'cases', 'void f() {\n  switch (a) {█\n}\n', '\n  case 1:\n    b();\n  }', '\n  case 1:\n    b();\n  }', ''],
  ['css', 'a bracket', 'a {█\n', '\n  color: red;\n}\nb {', '\n  color: red;\n}', '\n  color: red;\n}'],
  ['go', 'a bracket', 'package a\n\nfunc f() {█\n', '\n\tg()\n}\n\nfunc', '\n\tg()\n}', '\n\tg()\n}'],
  ['java', 'a bracket', 'class A {\n  void b() {█\n}\n', '\n    c();\n  }\n', '\n    c();\n  }', '\n    c();\n  }'],
  ['javascript', 'a list', 'const a = [█\n', '\n  1, 2];\n  b();\nc();', '\n  1, 2];', '\n  1, 2];\n  b();'],
  ['php', 'a bracket', '<?php\nfunction a() {█\n', '\n  b();\n}\nc();', '\n  b();\n}', '\n  b();\n}'],
  ['powershell', 'a bracket', 'if ($a) {█\n', '\n  b\n}\nc\n', '\n  b\n}', '\n  b\n}'],
  ['python', 'what goes on', 'if a:█\n', '\n    b()\nelse:\n    c()\nd()', '\n    b()\nelse:\n    c()', '\n    b()'],
  ['python', 'a try', 'try:█\n', '\n    b()\nexcept C:\n    d()\n', '\n    b()\nexcept C:\n    d()', '\n    b()'],
  ['python', 'no try', 'def a():█\n', '\n    b()\nexcept C:\n    d()\n', '\n    b()', '\n    b()'],
  ['ruby', 'its own word', 'def a(b)\n  █', 'c\nend\nd', 'c\nend', 'c'],
  ['ruby', 'what goes on', 'if a then█\n', '\n  b\nelse\n  c\nend\nd', '\n  b\nelse\n  c\nend', '\n  b'],
  ['rust', 'a bracket', 'fn a() {█\n', '\n    b();\n}\n\nfn', '\n    b();\n}', '\n    b();\n}'],
  ['tsx', 'an element', 'const a = (█\n', '\n  <b>c</b>\n);\n', '\n  <b>c</b>\n)', '\n  <b>c</b>\n)'],
  [
    'typescript',
    'an expression',
    'const a = () =>█\n',
    '\n  b(\n    1);\n  c();\n',
    '\n  b(\n    1);',
    '\n  b(\n    1);\n  c();',
  ],
];

test.each(cases)('%s: %s ends a block', (grammar, _what, marked, generated, byTree, byLines) => {
  expect(shown(grammar, marked, generated)).toBe(byTree);
  expect(shown(undefined, marked, generated)).toBe(byLines);
});

test('where the text is broken, indentation ends a block', () => {
  const broken = ['typescript', 'if (a) {█\n', '\n  b();\nelse\n  c();'] as const;
  expect(shown(...broken)).toBe('\n  b();');
});

test('what is taken without a parser is all of a block by its indentation', () => {
  const pieces = fc.constantFrom('  ', '\t', '\n', 'end', 'else', 'a', ' b', '}', '漢');
  fc.assert(
    fc.property(fc.array(pieces), fc.constantFrom('', '  '), (parts, indentation) => {
      const block = { indentation, maxLines: 4 };
      const text = parts.join('');
      const own = taken(text, block, `${indentation}{`);
      expect(indentedLength(own, block, `${indentation}{`)).toBe(own.length);
      // A parser may only make it longer.
      expect(taken(text, { ...block, isParsed: true }, `${indentation}{`).startsWith(own)).toBe(true);
    }),
  );
});
