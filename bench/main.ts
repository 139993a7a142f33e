/**
 * `npm run bench [-- --model DIR] [--runs 9] [--peers]`: what `bytewise bench --json` prints, and with `--peers` the same
 * weights in PyTorch, for which $PYTHON (default: python3) must be an environment with training/requirements.txt.
 */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import packageJson from '../package.json';
import { benchmark } from '../src/cli/benchmark';
import { EngineClient } from '../src/engine/client';

const root = join(__dirname, '../..');
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(root, 'models/bytewise-small') },
    runs: { type: 'string', default: '9' },
    peers: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const options = { modelDirectory: values.model, executionProvider: 'auto' } as const;
  const start = () => new EngineClient(join(root, 'dist/engine.js'), options);
  const result = await benchmark(start, Number(values.runs), packageJson.version, () => undefined);
  const report = values.peers ? { ...result, peers: await peers() } : result;
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
}

/** One thread, like the engine, and right after it. */
async function peers(): Promise<unknown> {
  const script = join(root, 'training/peers.py');
  const run = promisify(execFile)(process.env['PYTHON'] ?? 'python3', [script, '--package', values.model], {
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  return JSON.parse((await run).stdout);
}

void main();
