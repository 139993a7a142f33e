/**
 * `npm run bench [-- --model DIR] [--ep webgpu] [--runs 9] [--peers]`: what `bytewise bench --json` prints, and with `--peers` the same
 * weights in PyTorch and a BPE transformer in our engine, for which $PYTHON (default: python3) must be an environment with
 * training/requirements.txt. `--bpe` names a checkpoint of `train.py bpe`; without one its weights are random, which costs as much.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import packageJson from '../package.json';
import { benchmark, sourceCode } from '../src/cli/benchmark';
import { executionProviders } from '../src/core/engine';
import { EngineClient } from '../src/engine/client';
import { bpeSpeed } from './bpe';

const root = join(__dirname, '../..');
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(root, 'models/bytewise-small') },
    ep: { type: 'string', default: 'auto' },
    runs: { type: 'string', default: '9' },
    peers: { type: 'boolean', default: false },
    bpe: { type: 'string' },
    'bpe-size': { type: 'string', default: 'small' },
  },
});
const runs = Number(values.runs);

async function main(): Promise<void> {
  const executionProvider = executionProviders.find((provider) => provider === values.ep);
  if (executionProvider === undefined) throw new Error(`--ep is one of ${executionProviders.join(', ')}.`);
  // A GPU is checked at the first of several loads only, whose middle counts.
  const memoryDirectory = join(root, 'dist-test/bench/memory');
  const options = { modelDirectory: values.model, executionProvider, memoryDirectory };
  const start = () => new EngineClient(join(root, 'dist/engine.js'), options);
  const result = await benchmark(start, runs, packageJson.version, () => undefined);
  const report = values.peers ? { ...result, peers: await peers() } : result;
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
}

/** One thread each, like the engine, and right after it. */
async function peers(): Promise<object> {
  const inPyTorch = JSON.parse(
    await python('peers.py', '--package', values.model, '--bytes', String(4 * runs)),
  ) as object;
  return { ...inPyTorch, ...(await tokens()) };
}

/** The BPE transformer with its weights stored as our latent transformer's, and as our local models'; the faster one counts. */
async function tokens(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'bytewise-bpe-'));
  try {
    const text = join(folder, 'text');
    writeFileSync(text, sourceCode().slice(0, 40_000));
    const model = values.bpe === undefined ? ['--config', values['bpe-size']] : ['--checkpoint', values.bpe];
    const speeds = [];
    for (const weights of ['int4', 'half']) {
      const out = join(folder, weights);
      await python('bpe_package.py', '--text', text, '--out', out, '--weights', weights, ...model);
      const speed = await bpeSpeed(out, { contextBytes: 1024, sampleBytes: 40, samples: 6 * runs });
      speeds.push({ weights, ...speed });
    }
    const { msPerByte, ...bpe } = speeds.reduce((a, b) => ((a.msPerByte.p50 ?? 0) <= (b.msPerByte.p50 ?? 0) ? a : b));
    return { bpeMsPerByte: msPerByte, bpe };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function python(script: string, ...more: string[]): Promise<string> {
  const program = process.env['PYTHON'] ?? 'python3';
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  try {
    return (await promisify(execFile)(program, [join(root, 'training', script), ...more], { env })).stdout;
  } catch (error) {
    throw new Error(
      `${(error as Error).message}\n--peers needs a Python with training/requirements.txt; name it in the variable PYTHON.`,
    );
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
