// What people wrote in held-out files passes the filters: nothing that is right is taken away.
import path from 'node:path';
import { expect, test } from 'vitest';
import { itemsOf, readSample } from '../../../../eval/data';
import { withoutUnmatched } from '../../../../src/core/filters/balance';
import { indentationUnit, reindented, withoutDoubleIndentation } from '../../../../src/core/filters/indentation';
import { withoutSameLines } from '../../../../src/core/filters/repetition';
import { looksSecret } from '../../../../src/core/filters/secrets';
import { lastLine } from '../../../../src/core/words';

const files = readSample(path.resolve(import.meta.dirname, '../../../../eval/data/held-out.jsonl.gz'));
const items = files
  .flatMap((file) => itemsOf(file, Infinity))
  .map((item) => ({ ...item, target: item.target.trimEnd() }));
const lines = files.flatMap(({ text }) => text.split('\n'));

type Item = (typeof items)[number];

/** Of the 822 answers none is changed. */
function harmless(change: (item: Item) => string) {
  const hit = items.filter((item) => change(item) !== item.target);
  expect(hit.map((item) => [lastLine(item.prefix), item.target, change(item)])).toEqual([]);
}

test('brackets and quotes', () => {
  harmless(({ target, prefix, suffix }) => withoutUnmatched(target, prefix, suffix));
});
test('indentation that stands there already', () => {
  const change = ({ target, prefix }: Item) => {
    const line = lastLine(prefix);
    return withoutDoubleIndentation(
      target,
      line,
      prefix.slice(0, -line.length || undefined),
      indentationUnit(prefix) ?? '',
    );
  };
  harmless(change);
});
test('the kind of indentation', () => {
  const change = ({ target, prefix }: Item) => {
    const unit = indentationUnit(prefix);
    return unit === undefined || lastLine(prefix) !== '' ? target : (reindented([target], unit)[0] ?? '');
  };
  harmless(change);
});
test('lines that repeat those above', () => {
  const change = ({ target, prefix }: Item) =>
    withoutSameLines([lastLine(prefix) + target], prefix.split('\n').slice(-8, -1)).length === 0 ? '' : target;
  harmless(change);
});
test('secrets, in the answers and in all lines', () => {
  harmless(({ target, prefix }) => (looksSecret(target, lastLine(prefix)) ? '' : target));
  // Of some 45,000 lines one holds the hash of a commit.
  const hit = lines.filter((line) => looksSecret(line, ''));
  expect(hit.length / lines.length, hit.join('\n')).toBeLessThan(1 / 10_000);
});
