// Copying against the votes that training/copying.py gives, and the mixture's own laws.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CopySource, type CopyingWeights } from '../../../src/core/copying';

interface Golden {
  weights: CopyingWeights;
  cases: { before: string; after: string; others: string[]; typed: string; votes: Record<string, number>[] }[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/golden/copying.json', import.meta.url), 'utf8'),
) as Golden;
const { weights } = golden;
const encode = (text: string) => new TextEncoder().encode(text);

/** The votes of a source, byte value to weight, those that are not 0. */
function votesOf(source: CopySource): Record<string, number> {
  const { weights: votes, sum } = source.vote();
  const found = Object.fromEntries([...votes.entries()].filter(([, vote]) => vote !== 0));
  expect(Object.values(found).reduce((a, b) => a + b, 0) / (sum || 1)).toBeCloseTo(sum === 0 ? 0 : 1, 9);
  return found;
}

test.each(golden.cases)('votes like the Python that the weights were fitted with: $before | $typed', (example) => {
  const typed = encode(example.typed);
  const source = new CopySource(weights, encode(example.before), encode(example.after), example.others.map(encode));
  example.votes.forEach((expected, step) => {
    if (step > 0) source.follow(typed[step - 1] as number);
    const votes = votesOf(source);
    expect(Object.keys(votes)).toEqual(Object.keys(expected));
    for (const [byte, vote] of Object.entries(votes)) expect(vote).toBeCloseTo(expected[byte] as number, 4);
  });
});

describe('the votes', () => {
  const after = (text: string) => votesOf(new CopySource(weights, encode(text), new Uint8Array()));
  const winner = (text: string) =>
    String.fromCharCode(Number(Object.entries(after(text)).sort((a, b) => b[1] - a[1])[0]?.[0]));

  test('go to what followed the same words', () => {
    expect(winner('const visible = lines.filter(isVisible);\nconst vis')).toBe('i');
  });

  test('survive a typo in the words before', () => {
    expect(winner('if (editor.selection.isEmpty) return;\nif (editro.selection.is')).toBe('E');
  });

  test('know an indentation by the line it belongs to, not by its spaces', () => {
    expect(winner('if (a) {\n        one();\n    two();\n}\nif (b) {\n        ')).toBe('o');
    expect(after('            x;\n    ')).toEqual({});
  });

  test('do not come from what was generated', () => {
    const source = new CopySource(weights, encode('x = '), new Uint8Array());
    for (const byte of encode('[1, 2], [1, 2], [1, 2]')) {
      source.follow(byte);
      expect(votesOf(source)).toEqual({});
    }
  });

  test('do not cross the gap between the text after the cursor and the text before it', () => {
    const source = new CopySource(weights, encode('cd abc'), encode('abc'));
    expect(votesOf(source)).toEqual({});
  });

  test('come from other files too, and from there only if the package knows how', () => {
    const others = [encode('const visible = lines.filter(isVisible);')];
    const { elsewhereRunWeights: _, elsewhereWholeWordRunWeights: __, ...without } = weights;
    expect(votesOf(new CopySource(weights, encode('visible = li'), new Uint8Array(), others))).toHaveProperty('110');
    expect(votesOf(new CopySource(without, encode('visible = li'), new Uint8Array(), others))).toEqual({});
  });

  test('change nothing by files that have nothing in common with the text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n'), maxLength: 80 });
    fc.assert(
      fc.property(text, text, fc.array(fc.string({ unit: fc.constantFrom('x', 'y') })), (before, after, others) => {
        const alone = new CopySource(weights, encode(before), encode(after));
        const joined = new CopySource(weights, encode(before), encode(after), others.map(encode));
        for (const byte of encode('ab a')) {
          expect(votesOf(joined)).toEqual(votesOf(alone));
          expect(joined.draft(9)).toEqual(alone.draft(9));
          alone.follow(byte);
          joined.follow(byte);
        }
      }),
    );
  });

  test('are none in an empty file', () => {
    expect(votesOf(new CopySource(weights, new Uint8Array(), new Uint8Array()))).toEqual({});
  });

  test('come from a bounded part of a huge file', () => {
    const text = encode('ab'.repeat(500_000));
    const started = performance.now();
    const votes = votesOf(new CopySource(weights, text, text));
    expect(votes['97']).toBeGreaterThan(100 * (votes['98'] ?? 0));
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('the mixture', () => {
  const anyText = fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'ö'), maxLength: 60 });
  const anyLogits = fc
    .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 260, maxLength: 260 })
    .map((values) => Float32Array.from(values));

  test('is a distribution, whatever the text', () => {
    fc.assert(
      fc.property(anyText, anyText, anyLogits, (before, rest, logits) => {
        const mixed = new CopySource(weights, encode(before), encode(rest)).mixed(logits, 4);
        expect(mixed.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 4);
      }),
    );
  });

  test('is the model alone where nothing votes', () => {
    const logits = Float32Array.from({ length: 260 }, (_, id) => Math.sin(id));
    const mixed = new CopySource(weights, encode('x'), new Uint8Array()).mixed(logits, 4);
    const partition = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    mixed.forEach((log, id) => {
      expect(log).toBeCloseTo((logits[id] as number) - partition, 5);
    });
  });
});
