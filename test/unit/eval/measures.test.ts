// Metrics, copy floor and keystrokes against golden vectors of the protocol's reference implementation.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyFloor } from '../../../eval/copyFloor';
import { type } from '../../../eval/keystrokes';
import {
  editSimilarity,
  exactMatch,
  exactMatchOfWords,
  isCopyAmbiguous,
  repetition,
  rightBytes,
} from '../../../eval/metrics';

const read = (name: string) =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'golden', name), 'utf8')) as unknown;
const golden = read('measures.json') as {
  readonly metrics: readonly {
    prediction: string;
    truth: string;
    em: boolean;
    words: boolean;
    es: number;
    lcp: number;
  }[];
  /** A text, or the number of one of the noise texts and how many of its characters stand before the cursor. */
  readonly copies: readonly [text: string | number, characters: number, copied: string, matched: number][];
  readonly keystrokes: readonly [
    text: number,
    start: number,
    gate: number,
    delay: number,
    byWord: boolean,
    result: number[],
  ][];
};
const texts = (read('noise.json') as { text: string }[]).map(({ text }) => Array.from(text));
const part = (text: number, start: number, end?: number) => texts[text]?.slice(start, end).join('') ?? '';

test('metrics', () => {
  for (const { prediction, truth, ...wanted } of golden.metrics) {
    expect(exactMatch(prediction, truth)).toBe(wanted.em);
    expect(exactMatchOfWords(prediction, truth)).toBe(wanted.words);
    expect(editSimilarity(prediction, truth)).toBeCloseTo(wanted.es, 10);
    expect(rightBytes(prediction, truth)).toBe(wanted.lcp);
  }
});

test('copy floor', () => {
  for (const [text, characters, copied, matched] of golden.copies) {
    const prefix = typeof text === 'string' ? text : part(text, 0, characters);
    expect([prefix, copyFloor(prefix)]).toEqual([prefix, { text: copied, matched }]);
  }
});

test('keystrokes', async () => {
  for (const [text, start, gate, delay, byWord, wanted] of golden.keystrokes) {
    const offer = (prefix: string) => {
      const copied = copyFloor(Array.from(prefix).slice(-2048).join(''));
      return { text: copied.text, confidence: copied.matched };
    };
    const typing = await type(part(text, 0, start), part(text, start), offer, { gate, delay, byWord });
    const { keysAlone, keys, shown, accepted, acceptedCharacters, places } = typing;
    expect([keysAlone, keys, shown, accepted, acceptedCharacters, places]).toEqual(wanted);
  }
});

describe('copy-ambiguous', () => {
  test.each([
    ['total + 1', 'total = 0; ', 'toal = 0; ', true],
    ['total + 1', 'total = total;', 'total = toal;', false],
    ['other', 'total', 'toal', false],
    ['; // 1', 'total', 'toal', false],
  ])('%s after %s, noisy %s: %s', (target, clean, noisy, wanted) => {
    expect(isCopyAmbiguous(target, clean, noisy)).toBe(wanted);
  });
});

test.each([
  ['total + 1', 'x = total + 1;\ny = ', 'all of it'],
  ['total + 1', 'total = 0;\ny = ', 'a name in it'],
  ['other + 1', 'total = 0;\ny = ', 'nothing'],
])('%s after %j stands there already: %s', (target, prefix, wanted) => {
  expect(repetition(target, prefix)).toBe(wanted);
});
