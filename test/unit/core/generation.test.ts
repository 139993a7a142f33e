import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Generation } from '../../../src/core/generation';
import type { Place } from '../../../src/core/ghostText';

const encode = (text: string) => new TextEncoder().encode(text);
const place = (line: string, after = ''): Place => ({ document: 'a.ts', above: '', line, after });
const key = (start: number, inserted: string, removed = 0) => ({ start, removed, inserted });

/** At the end of `let x`, where "= foo(bar)" is being written and `said` of it was said. */
function writing(said: string): Generation {
  const generation = new Generation(place('let x '), 0.5, { start: 6, typed: '', wanted: '' });
  generation.hear(encode(said));
  return generation;
}

describe('a key', () => {
  test.each([
    ['that says the same', '= foo', [key(6, '=')], true],
    ['before anything was said', '', [key(6, 'q')], true],
    ['that says something else', '= foo', [key(6, '+')], false],
    ['ahead of what was said', '=', [key(6, '='), key(7, ' '), key(8, 'f')], true],
    ['with the bracket that the editor closes', '= foo(b', [key(6, '= foo'), key(11, '()'), key(12, 'b')], true],
    ['taken back', '= foo', [key(6, '='), key(6, '', 1)], true],
    ['a wrong one taken back', '= foo', [key(6, '= x')], false],
    ['before the place', '= foo', [key(5, '', 1)], false],
    ['in another line', '= foo', [key(400, 'x')], false],
    ['a new line', '= foo', [key(6, '\n')], false],
  ])('%s', (_what, said, keys, goesOn) => {
    const generation = writing(said);
    expect(keys.map((one) => generation.follow(one)).every(Boolean)).toBe(goesOn);
  });

  test('that came early is compared with what is said then', () => {
    const generation = writing('');
    expect(generation.follow(key(6, '= b'))).toBe(true);
    expect(generation.hear(encode('='))).toBe(true);
    expect(generation.hear(encode('= f'))).toBe(false);
  });

  test('is compared from the word on that a selected item replaces', () => {
    const generation = new Generation(place('x = format'), 0.5, { start: 4, typed: 'fo', wanted: 'format' });
    generation.hear(encode('(a)'));
    expect(generation.follow(key(6, 'r'))).toBe(true);
    expect(generation.follow(key(4, 'format', 3))).toBe(true);
    expect(generation.follow(key(10, '()'))).toBe(true);
    expect(generation.follow(key(11, 'b'))).toBe(false);
  });

  test('leaves half a character out of account', () => {
    const generation = writing('');
    generation.follow(key(6, 'ö'));
    expect(generation.hear(encode('ö').subarray(0, 1))).toBe(true);
    expect(generation.hear(encode('ö'))).toBe(true);
    expect(generation.hear(encode('öx'))).toBe(true);
  });
});

describe('another place', () => {
  test.each([
    ['the same one', place('let x '), true],
    ['further on', place('let x = f'), true],
    ['ahead', place('let x = foo('), true],
    ['behind a bracket that was closed', place('let x = foo(', ')'), true],
    ['with something else typed', place('let x + '), false],
    ['before it', place('let x'), false],
    ['in another document', { ...place('let x '), document: 'b.ts' }, false],
    ['with another text after it', place('let x ', 'y'), false],
  ])('%s', (_what, where, leads) => {
    expect(writing('= foo').leadsTo(where)).toBe(leads);
  });
});

test('whatever is typed and taken back: kept exactly while the text so far and the answer can still become one', () => {
  const edit = fc.oneof(fc.constant('next' as const), fc.constant('back' as const), fc.constant('say' as const));
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
  fc.assert(
    fc.property(letters, fc.array(fc.oneof(edit, fc.constantFrom('a', 'b'))), (answer, edits) => {
      const generation = new Generation(place('x'), 0.5, { start: 1, typed: '', wanted: '' });
      let typed = '';
      let said = '';
      for (const one of edits) {
        let kept: boolean;
        if (one === 'say') kept = generation.hear(encode((said = answer.slice(0, said.length + 1))));
        else if (one === 'back') {
          if (typed === '') continue;
          kept = generation.follow(key(typed.length, '', 1));
          typed = typed.slice(0, -1);
        } else {
          const letter = one === 'next' ? answer.charAt(typed.length) : one;
          if (letter === '') continue;
          kept = generation.follow(key(1 + typed.length, letter));
          typed += letter;
        }
        const possible = said.startsWith(typed) || typed.startsWith(said);
        expect(kept).toBe(possible);
        expect(generation.leadsTo(place(`x${typed}`))).toBe(possible);
        if (!kept) return;
      }
    }),
  );
});
