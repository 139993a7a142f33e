// In how many threads a graph runs, and that their number changes no bit of what comes out.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { GraphSession, Runtime } from '../../../src/engine/session';
import { floats, Stack } from '../../../src/engine/stack';
import { threadOptions } from '../../../src/engine/threads';
import { loadModel, packages } from './packages';

test('as many as the package says, one core being left to the editor, and never spinning for long', () => {
  const spinning = { session: { intra_op: { spin_duration_us: '200' } } };
  expect(threadOptions(undefined, 8)).toEqual({ intraOpNumThreads: 1, interOpNumThreads: 1 });
  expect(threadOptions(4, 8)).toEqual({ intraOpNumThreads: 4, interOpNumThreads: 1, extra: spinning });
  expect(threadOptions(4, 3)).toEqual({ intraOpNumThreads: 2, interOpNumThreads: 1, extra: spinning });
  expect(threadOptions(4, 2)).toEqual({ intraOpNumThreads: 1, interOpNumThreads: 1 });
  expect(threadOptions(4, 1)).toEqual({ intraOpNumThreads: 1, interOpNumThreads: 1 });
});

test.each(packages)('two threads give the numbers of one: $name', async ({ directory }) => {
  const { manifest, sessions } = await loadModel(directory);
  const runtime = await Runtime.load();
  const file = readFileSync(path.join(directory, manifest.graphs.entropy.file));
  const ids = new runtime.Tensor(
    'int64',
    BigInt64Array.from({ length: 24 }, (_, i) => BigInt(4 + 9 * i)),
    [24],
  );
  const cores = vi.spyOn(os, 'availableParallelism').mockReturnValue(3);
  const inTwo = GraphSession.create(runtime, file, 2);
  expect(cores).toHaveBeenCalled();
  cores.mockRestore();
  const [one, two] = [sessions.entropy, inTwo].map((session) => {
    const stack = new Stack(runtime, session, manifest.stacks.entropy);
    return floats(stack.run(24, { ids }), 'logits');
  });
  expect(two).toEqual(one);
  inTwo.dispose();
});
