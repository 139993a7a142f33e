// Another program as a completer, and the cache before it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CachedCompleter } from '../../../eval/cache';
import { ProgramCompleter } from '../../../eval/completer';

const program = `
let count = 0;
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, op, prefix, target, maxBytes } = JSON.parse(line);
  count++;
  if (prefix === 'end') process.exit(3);
  const answers = {
    complete: { text: prefix.slice(0, maxBytes) + count, probabilities: [0.5] },
    score: target === '' ? { error: 'nothing to score' } : { bits: [1, 2] },
  };
  console.log(JSON.stringify({ id, ...answers[op] }));
});`;
const limits = { maxBytes: 3, minConfidence: 0 };
const prompt = (prefix: string) => ({ path: 'a.ts', prefix, suffix: '' });

let folder: string;
let command: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bytewise-completer-'));
  writeFileSync(path.join(folder, 'program.cjs'), program);
  command = `node ${path.join(folder, 'program.cjs')}`;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a program that speaks JSON lines', () => {
  test('answers, refuses, and ends', async () => {
    const completer = new ProgramCompleter('p', command);
    const [first, second] = await Promise.all([
      completer.complete(prompt('abcd'), limits),
      completer.complete(prompt('"ü\\n"'), limits),
    ]);
    expect(first).toEqual({ text: 'abc1', probabilities: [0.5], confidences: [0.5], stop: 'line-end' });
    expect(second.text).toBe('"ü\\2');
    expect(await completer.score(prompt('a'), 'b')).toEqual([1, 2]);
    await expect(completer.score(prompt('a'), '')).rejects.toThrow('p: nothing to score');
    await expect(completer.complete(prompt('end'), limits)).rejects.toThrow(/ended with code 3/);
    await expect(completer.complete(prompt('a'), limits)).rejects.toThrow(/has ended/);
  });
});

test('an answer is asked for once, also by a later run, unless it has to be fresh', async () => {
  const run = async (fresh: boolean) => {
    const completer = new CachedCompleter(new ProgramCompleter('p', command), path.join(folder, 'cache'), fresh);
    const texts = [];
    for (const prefix of ['a', 'b', 'a']) texts.push((await completer.complete(prompt(prefix), limits)).text);
    expect(await completer.score?.(prompt('a'), 'b')).toEqual([1, 2]);
    completer.dispose();
    return { texts, asked: completer.asked };
  };
  expect(await run(false)).toEqual({ texts: ['a1', 'b2', 'a1'], asked: 3 });
  expect(await run(false)).toEqual({ texts: ['a1', 'b2', 'a1'], asked: 0 });
  expect(await run(true)).toEqual({ texts: ['a1', 'b2', 'a1'], asked: 3 });
});
