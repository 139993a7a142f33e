import { describe, expect, test } from 'vitest';
import {
  explain,
  inWords,
  latestFirst,
  msToText,
  remedyOf,
  type Decision,
  type Reason,
} from '../../../src/core/decision';

const decision = (more: Partial<Decision> = {}): Decision => ({ at: 0, where: 'a.ts:1:2', ms: 12, ...more });

describe('in words', () => {
  test.each<[Partial<Decision>, string]>([
    [{ source: 'engine' }, 'Shown'],
    [{ source: 'memory' }, 'Shown; it was known already'],
    [{ reason: 'debounced' }, 'You typed on before the engine was asked'],
    [{ reason: 'unsure', confidence: 0.214, gate: 0.3 }, 'The model is not sure enough: 21 %, and 30 % are asked for'],
    [
      { reason: 'unsure', confidence: 0.0214, gate: 0.3 },
      'The model is not sure enough: 2.1 %, and 30 % are asked for',
    ],
    [{ reason: 'unsure', confidence: 1, gate: 0.3 }, 'The model is not sure enough: nothing reaches 30 %'],
    [{ reason: 'duplicates-suffix' }, 'Filtered: the suggestion stands after the cursor already'],
  ])('%j', (more, sentence) => {
    expect(explain(decision(more))).toBe(sentence);
  });

  test('a line for the log has everything', () => {
    expect(inWords(decision({ source: 'engine', text: 'x"', confidence: 0.5, reason: 'unsure' }))).toBe(
      'a.ts:1:2, nothing shown: unsure, "x\\"", confidence 0.500, from engine, 12 ms',
    );
  });

  test('there is a way out of what a setting has done', () => {
    expect(remedyOf('language-off')).toEqual({ setting: 'languages' });
    expect(remedyOf('selection')).toBeUndefined();
    expect(remedyOf(undefined)).toBeUndefined();
  });
});

test('while somebody types, the overtaken requests are one entry', () => {
  const reasons: (Reason | undefined)[] = ['debounced', 'cancelled', 'cancelled', undefined, 'unsure', 'unsure'];
  const runs = latestFirst(reasons.map((reason, at) => decision({ at, ...(reason && { reason }) })));
  expect(runs.map(({ decision: { at, reason }, times }) => [at, reason, times])).toEqual([
    [5, 'unsure', 1],
    [4, 'unsure', 1],
    [3, undefined, 1],
    [2, 'cancelled', 3],
  ]);
});

test('the time to the text is the median of what the engine answered', () => {
  const times = [30, 10, 20].map((ms) => decision({ ms, source: 'engine' }));
  expect(
    msToText([
      ...times,
      decision({ ms: 0, source: 'memory' }),
      decision({ ms: 99, source: 'engine', reason: 'unsure' }),
    ]),
  ).toBe(20);
  expect(msToText([])).toBeUndefined();
});
