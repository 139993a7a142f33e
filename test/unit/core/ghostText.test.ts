import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GhostText, placeAfter, type Place } from '../../../src/core/ghostText';
import type { Suggestion } from '../../../src/core/suggestion';

/** A place in marked text, `above⏎line█after`. */
function at(marked: string, document = 'a.ts'): Place {
  const [before = '', after = ''] = marked.split('█');
  const lineStart = before.lastIndexOf('\n') + 1;
  return { document, above: before.slice(0, lineStart), line: before.slice(lineStart), after };
}
const shown = (text: string): Suggestion => ({ text, shown: true, confidence: 0.9 });
const hidden: Suggestion = { text: 'x', shown: false, reason: 'unsure', confidence: 0.1 };

/** After `text` was suggested at one place: what is said at another one. */
function check(suggestedAt: string, text: string, nowAt: string): string | undefined {
  const ghostText = new GhostText();
  ghostText.remember(at(suggestedAt), 0.5, shown(text));
  return ghostText.recall(at(nowAt), 0.5)?.text;
}

describe('typing as suggested', () => {
  test.each([
    ['the same place', 'a\nret█;', 'urn total', 'a\nret█;', 'urn total'],
    ['some characters on', 'a\nret█;', 'urn total', 'a\nreturn t█;', 'otal'],
    ['something else typed', 'a\nret█;', 'urn total', 'a\nreturn x█;', undefined],
    ['everything typed', 'a\nret█', 'urn', 'a\nreturn█', undefined],
    ['back before the suggestion', 'a\nret█', 'urn', 'a\nre█', undefined],
    ['another line above', 'a\nret█', 'urn', 'b\nret█', undefined],
    ['another text after', 'ret█', 'urn', 'ret█;', undefined],
    ['a bracket that the editor has closed', 'f█\n', '(a, b)', 'f(█)\n', 'a, b'],
    ['a bracket closed and one more character', 'f█', '(a, b)', 'f(a█)', ', b'],
    ['the first line of a block accepted', 'f() {█\n}', '\n  a();\n  b();', 'f() {\n  a();█\n}', '\n  b();'],
    ['a line of a block and a key more', 'f() {\n  █\n}', 'a();\n  b();', 'f() {\n  a();\n  b█\n}', '();'],
    ['another first line than that of the block', 'f() {\n  █\n}', 'a();\n  b();', 'f() {\n  x();\n  █\n}', undefined],
    ['a bracket closed where the suggestion goes on', 'f█', '(a, b) {', 'f(█)', undefined],
  ])('%s', (_what, suggestedAt, text, nowAt, rest) => {
    expect(check(suggestedAt, text, nowAt)).toBe(rest);
  });

  test('in another document is something else', () => {
    const ghostText = new GhostText();
    ghostText.remember(at('ret█'), 0.5, shown('urn'));
    expect(ghostText.recall(at('ret█', 'b.ts'), 0.5)).toBeUndefined();
  });
});

test('the place after a text', () => {
  expect(placeAfter(at('a\nb█;'), 'c')).toEqual(at('a\nbc█;'));
  expect(placeAfter(at('a\nb█;'), 'c\n  d\n e')).toEqual(at('a\nbc\n  d\n e█;'));
});

describe('memory', () => {
  test('the latest suggestion wins', () => {
    const ghostText = new GhostText();
    ghostText.remember(at('r█'), 0.5, shown('eturn a'));
    ghostText.remember(at('re█'), 0.5, shown('turn b'));
    expect(ghostText.recall(at('ret█'), 0.5)?.text).toBe('urn b');
    expect(ghostText.recall(at('r█'), 0.5)?.text).toBe('eturn a');
  });
  test('a silence is remembered for the same and for a higher gate', () => {
    const ghostText = new GhostText();
    ghostText.remember(at('r█'), 0.5, hidden);
    expect(ghostText.recall(at('r█'), 0.5)).toBe(hidden);
    expect(ghostText.recall(at('r█'), 0.9)).toBe(hidden);
    expect(ghostText.recall(at('r█'), 0.1)).toBeUndefined();
    expect(ghostText.recall(at('rx█'), 0.5)).toBeUndefined();
  });
  test('a new answer for a place replaces the old one', () => {
    const ghostText = new GhostText();
    ghostText.remember(at('r█'), 0.5, hidden);
    ghostText.remember(at('r█'), 0.1, shown('eturn'));
    expect(ghostText.recall(at('r█'), 0.5)?.text).toBe('eturn');
  });
  test('the oldest answers are forgotten', () => {
    const ghostText = new GhostText();
    for (let count = 0; count <= 100; count++) ghostText.remember(at(`${count} █`), 0.5, shown(String(count)));
    expect(ghostText.recall(at('0 █'), 0.5)).toBeUndefined();
    expect(ghostText.recall(at('1 █'), 0.5)?.text).toBe('1');
    expect(ghostText.recall(at('100 █'), 0.5)?.text).toBe('100');
  });
  test('clear', () => {
    const ghostText = new GhostText();
    ghostText.remember(at('r█'), 0.5, shown('eturn'));
    ghostText.clear();
    expect(ghostText.recall(at('r█'), 0.5)).toBeUndefined();
  });
});

describe('what was asked for by hand', () => {
  test('goes on while it is typed, and no further', () => {
    const ghostText = new GhostText();
    ghostText.remember(at('r█'), 0.5, shown('eturn a'));
    expect(ghostText.goOn(at('retu█'))?.text).toBe('rn a');
    expect(ghostText.goOn(at('rex█'))).toBeUndefined();
    expect(ghostText.goOn(at('return a█'))).toBeUndefined();
  });
  test('is the latest answer alone', () => {
    const ghostText = new GhostText();
    ghostText.remember(at('r█'), 0.5, shown('eturn a'));
    ghostText.remember(at('x█'), 0.5, hidden);
    expect(ghostText.goOn(at('re█'))).toBeUndefined();
  });
});

test('whatever is typed and taken back, a remembered answer is the one that a model would give anew', () => {
  const edit = fc.oneof(fc.constant('next' as const), fc.constant('back' as const), fc.constantFrom('a', 'b', '('));
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '('), minLength: 1 }), fc.array(edit), (wanted, edits) => {
      /** A model with one wish; where the line is none of its beginnings, it is silent. */
      const answer = (line: string) =>
        wanted.startsWith(line) && line !== wanted ? shown(wanted.slice(line.length)) : hidden;
      const ghostText = new GhostText();
      let line = '';
      for (const one of edits) {
        if (one === 'back') line = line.slice(0, -1);
        else line += one === 'next' ? wanted.charAt(line.length) : one;
        const place = at(`above\n${line}█\nbelow`);
        const known = ghostText.recall(place, 0.5);
        if (known) expect(known).toEqual(answer(line));
        else ghostText.remember(place, 0.5, answer(line));
      }
    }),
  );
});
