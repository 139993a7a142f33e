// The simulation asks the model once per place and derives all gates from that; here the model is asked with each gate.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Completer, Completion } from '../../../eval/completer';
import type { Sampled } from '../../../eval/data';
import { fileBits, offered, typeSegment } from '../../../eval/typist';
import { decodeUtf8, encodeUtf8 } from '../../../src/core/bytes';
import { suggest } from '../../../src/core/suggestion';
import { BltState } from '../../../src/engine/bltState';
import { Generator } from '../../../src/engine/generate';
import { loadModel, root } from '../engine/packages';

const always = { isCancellationRequested: false };
const code = readFileSync(path.join(root, 'test/unit/architecture.test.ts'), 'utf8');
const none = new Uint8Array();

test('what is shown at a gate is what the extension shows', async () => {
  const model = await loadModel(path.join(root, 'models/bytewise-small'));
  const generator = new Generator(model.manifest, new BltState(model));
  const ask = (prefix: string, minConfidence: number) =>
    generator.complete({ path: 'a.ts', prefix: encodeUtf8(prefix), suffix: none, maxBytes: 64, minConfidence }, always);
  for (let at = 600; at < 800; at += 11) {
    const prefix = code.slice(0, at);
    const { bytes, probabilities, confidences, ...more } = await ask(prefix, 0.02);
    const lists = { probabilities: [...probabilities], confidences: [...confidences] };
    const chain: Completion = { ...more, text: decodeUtf8(bytes), ...lists };
    for (const gate of [0.05, 0.3, 0.8]) {
      const real = suggest(await ask(prefix, gate), { prefix: encodeUtf8(prefix), suffix: none }, { gate });
      expect(offered(chain, prefix, 'shown', gate).text).toBe(real.shown ? real.text : '');
    }
  }
});

const file = (text: string, segment: readonly [number, number]): Sampled => ({
  package: 'p',
  version: '1',
  licence: 'MIT',
  language: 'typescript',
  path: 'a.ts',
  start: 0,
  whole: true,
  text,
  cursors: [],
  segment,
});

/** Knows the text, and is rather sure of it. */
const oracle = (text: string): Completer => ({
  name: 'oracle',
  version: undefined,
  complete: ({ prefix }) => {
    const rest = /^[^\n]*/.exec(text.slice(prefix.length))?.[0] ?? '';
    return Promise.resolve({
      text: rest,
      probabilities: Array.from(rest, (_, i) => (i === 0 ? 0.9 : 1)),
      confidences: Array.from(rest, () => 0.9),
      stop: 'line-end',
    });
  },
  score: (_, target) => Promise.resolve(Array.from(encodeUtf8(target), () => 2)),
  dispose: () => {},
});

test('with an oracle every line is one Tab and one Enter', async () => {
  const text = 'const a = 1;\nconst bcd = 234;\n  return a;\n';
  const typed = await typeSegment(oracle(text), file(text, [13, text.length]), false);
  const sure = typed.filter(({ rules }) => rules.gate === 0.5 && rules.delay === 0 && !rules.byWord);
  expect(sure.map(({ policy }) => policy)).toEqual(['line', 'shown']);
  for (const { typing } of sure) {
    expect(typing).toMatchObject({ keysAlone: 17 + 10, keys: 4, shown: 2, accepted: 2, acceptedCharacters: 16 + 9 });
  }
  const unsure = typed.filter(({ rules, policy }) => rules.gate === 0.95 && policy === 'line' && rules.delay === 0);
  expect(unsure[0]?.typing).toMatchObject({ keys: 17 + 10, shown: 0 });
});

test('all bytes of a file are read once, in windows of whole characters', async () => {
  const seen: string[] = [];
  const text = 'äöü€😀'.repeat(40);
  const completer: Completer = {
    ...oracle(text),
    score: ({ prefix }, target) => {
      expect(text.startsWith(seen.join(''))).toBe(true);
      expect(encodeUtf8(prefix).length).toBeLessThanOrEqual(32);
      expect(seen.join('').endsWith(prefix)).toBe(true);
      seen.push(target);
      return Promise.resolve([3, 4]);
    },
  };
  const { bits, bytes } = await fileBits(completer, file(text, [0, 0]), { context: 32, stride: 31 });
  expect(seen.join('')).toBe(text);
  expect([bits, bytes]).toEqual([7 * seen.length, encodeUtf8(text).length]);
});
