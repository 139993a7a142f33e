import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TrackedText } from '../../../src/core/trackedText';

/** A document with a tracked text `foo(bar)` in it, and what edits make of both. */
function document(before = 'let a = ', after = ';\n') {
  let text = `${before}foo(bar)${after}`;
  const tracked = new TrackedText(before.length, 'foo(bar)');
  return {
    tracked,
    edit(start: number, removed: number, inserted: string) {
      text = text.slice(0, start) + inserted + text.slice(start + removed);
      tracked.follow({ start, removed, inserted });
    },
    get isKept() {
      return tracked.isKeptIn(text);
    },
  };
}

test('it is kept as long as it stands there, wherever that is', () => {
  const file = document();
  expect(file.isKept).toBe(true);
  file.edit(0, 0, '// a comment\n');
  file.edit(0, 3, '');
  expect(file.isKept).toBe(true);
});

test('it is gone when a part of it is', () => {
  const file = document();
  file.edit(11, 5, '()');
  expect(file.isKept).toBe(false);
});

test('a formatter changes nothing', () => {
  const file = document();
  file.edit(8, 8, 'foo(\n  bar\n)');
  expect(file.isKept).toBe(true);
});

test('the same text elsewhere does not count', () => {
  const file = document('', '\nfoo(bar)');
  file.edit(0, 8, '');
  expect(file.isKept).toBe(false);
});

test('a further part belongs to it', () => {
  const tracked = new TrackedText(0, 'foo');
  tracked.extend('(bar)');
  expect([tracked.isKeptIn('foo(bar)'), tracked.isKeptIn('foo')]).toEqual([true, false]);
});

test('edits that leave it alone never lose it', () => {
  const edit = fc.record({ part: fc.nat(1), at: fc.nat(), removed: fc.nat(5), inserted: fc.string({ maxLength: 5 }) });
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.array(edit), (before, after, edits) => {
      const text = 'tracked text';
      const tracked = new TrackedText(before.length, text);
      const parts = [before, after];
      for (const { part, at, removed, inserted } of edits) {
        const old = parts[part] ?? '';
        const start = at % (old.length + 1);
        const end = Math.min(old.length, start + removed);
        parts[part] = old.slice(0, start) + inserted + old.slice(end);
        const offset = part === 0 ? 0 : (parts[0] ?? '').length + text.length;
        tracked.follow({ start: offset + start, removed: end - start, inserted });
      }
      expect(tracked.isKeptIn(parts.join(text))).toBe(true);
    }),
  );
});
