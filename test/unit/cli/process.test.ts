// The program as a process, with the parity oracle as its model.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buffer, text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../../package.json';
import { objects, oracle } from './testWorld';

const root = path.resolve(import.meta.dirname, '../../..');
// A folder of its own, because other tests use dist/ meanwhile; inside the checkout, so that onnxruntime-node is found.
const programs = path.join(root, 'dist-test/cli');
let folder: string;

beforeAll(async () => {
  await build({
    entryPoints: { cli: path.join(root, 'src/cli/main.ts'), engine: path.join(root, 'src/engine/process.ts') },
    outdir: programs,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node'],
  });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bytewise-process-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

function start(...args: string[]): ChildProcessWithoutNullStreams {
  const environment = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' };
  return spawn(process.execPath, [path.join(programs, 'cli.js'), ...args], { env: environment, cwd: folder });
}

async function ended(child: ChildProcessWithoutNullStreams) {
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([buffer(child.stdout), text(child.stderr), code]);
  return { stdout: stdout.toString(), stdoutBytes: stdout, stderr, exitCode };
}

function bytewise(args: string[], stdin = '') {
  const child = start(...args);
  child.stdin.end(stdin);
  return ended(child);
}

const withOracle = ['--model', oracle, '--ep', 'cpu'];
const request = (id: number) => `${JSON.stringify({ id, path: 'a.py', prefix: 'def add(a, b):\n', maxBytes: 8 })}\n`;

describe('a MEGABYTE package', () => {
  const megabyte = ['--model', path.join(root, 'test/fixtures/models/megabyte-tiny'), '--ep', 'cpu'];

  test('completes', async () => {
    const { stdout, stderr, exitCode } = await bytewise(['complete', '--jsonl', '--raw', ...megabyte], request(7));
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ id: 7 });
    expect(JSON.parse(stdout)).not.toHaveProperty('error');
  });

  test('has entropies, and no threshold', async () => {
    const file = path.join(folder, 'a.py');
    fs.writeFileSync(file, 'def add(a, b):\n');
    const { stdout, exitCode } = await bytewise(['entropy', file, '--json', ...megabyte]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      bytes: 15,
      patchStarts: [2, 6, 10, 14],
      threshold: null,
      thresholdNats: null,
    });
  });
});

describe('complete --jsonl', () => {
  test('a driver that waits for each answer gets it', async () => {
    const child = start('complete', '--jsonl', '--raw', ...withOracle);
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const found: unknown[] = [];
    for (let id = 1; id <= 3; id++) {
      child.stdin.write(request(id));
      found.push(JSON.parse(((await answers.next()) as { value: string }).value));
    }
    const end = ended(child);
    child.stdin.end();
    expect((await end).exitCode).toBe(0);
    expect(found).toMatchObject([{ id: 1 }, { id: 2 }, { id: 3 }]);
    // The answer is the same whether the prompt was in the caches or not.
    const texts = found.map((answer) => (answer as { text: string }).text);
    expect(new Set(texts).size).toBe(1);
    expect(Buffer.byteLength(texts[0] ?? '')).toBe((found[0] as { bytes: number }).bytes);
  });

  test('bad lines are answered, too', async () => {
    const { exitCode, stdout, stderr } = await bytewise(
      ['complete', '--jsonl', ...withOracle],
      `${request(1)}nonsense\n${request(2).trim()}`,
    );
    expect(exitCode).toBe(1);
    expect(objects(stdout)).toMatchObject([
      { id: 1, shown: expect.any(Boolean) as boolean, confidence: expect.any(Number) as number },
      { id: null, error: expect.any(String) as string },
      { id: 2 },
    ]);
    expect(stderr).toMatch(/^bytewise: line 2: [^\n]+\n$/);
  });

  test('a reader that goes away ends the program', async () => {
    const child = start('complete', '--jsonl', ...withOracle);
    const code = new Promise((resolve) => child.once('exit', resolve));
    const stderr = text(child.stderr);
    // The program may end before it has read all of this.
    child.stdin.on('error', () => undefined);
    child.stdout.once('data', () => {
      child.stdout.destroy();
      child.stdin.write(request(2) + request(3));
    });
    child.stdin.write(request(1));
    expect(await code).toBe(0);
    expect(await stderr).toBe('');
  });
});

interface Golden {
  readonly entropies: readonly number[];
  readonly patchLengths: readonly number[];
  readonly threshold: number;
}

describe('entropy', () => {
  const source = 'def add(a, b):\n    return a + b\n\nfor i in range(10):\n    print(add(i, 2))\n';
  const golden = JSON.parse(
    fs.readFileSync(path.join(root, 'test/fixtures/golden/oracle-tiny.json'), 'utf8'),
  ) as Golden;
  // The first patch is BOS alone; then each patch starts where the one before ends.
  const starts = golden.patchLengths.map((_, i) => golden.patchLengths.slice(1, i + 1).reduce((sum, n) => sum + n, 0));
  starts.pop();

  test('--json gives the golden entropies', async () => {
    const file = path.join(folder, 'add.py');
    fs.writeFileSync(file, source);
    const { exitCode, stdout, stderr } = await bytewise(['entropy', file, '--json', ...withOracle]);
    expect([exitCode, stderr]).toEqual([0, '']);
    const found = JSON.parse(stdout) as Record<string, number> & { entropyBits: number[]; patchStarts: number[] };
    expect(found['bytes']).toBe(source.length);
    expect(found.entropyBits.length).toBe(source.length);
    const differences = found.entropyBits.map((bits, i) => Math.abs(bits - (golden.entropies[i] ?? NaN) / Math.LN2));
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    expect(found.patchStarts).toEqual(starts);
    expect(found['thresholdNats']).toBeCloseTo(golden.threshold, 6);
    expect(found['threshold']).toBeCloseTo(golden.threshold / Math.LN2, 6);
  });

  test('marks in the text', async () => {
    const file = path.join(folder, 'add.py');
    fs.writeFileSync(file, source);
    const { stdout } = await bytewise(['entropy', file, ...withOracle]);
    const pieces = starts.map((start, i) => source.slice(start, starts[i + 1]));
    expect(stdout).toBe(pieces.map((piece) => `│${piece}`).join(''));
  });

  test.each([
    ['empty', '', undefined],
    // A byte order mark is no part of the text.
    ['no UTF-8, zeros and a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x00, 0xff, 0xc3, 0x0d, 0x0a]), 3],
  ])('a file that is %s', async (_, content, firstPatch) => {
    const file = path.join(folder, 'odd file');
    fs.writeFileSync(file, content);
    const { exitCode, stdout } = await bytewise(['entropy', 'odd file', '--json', ...withOracle]);
    expect(exitCode).toBe(0);
    const found = JSON.parse(stdout) as { bytes: number; entropyBits: (number | null)[]; patchStarts: number[] };
    expect([found.bytes, found.entropyBits.length]).toEqual([content.length, content.length]);
    expect(found.entropyBits.every((bits) => typeof bits === 'number' && bits >= 0 && bits < 8.1)).toBe(true);
    expect(found.patchStarts[0]).toBe(firstPatch);
  });
});

test('complete FILE:LINE:COL', async () => {
  fs.writeFileSync(path.join(folder, 'b.py'), 'def add(a, b):\n    return \n');
  const { exitCode, stdout } = await bytewise(['complete', 'b.py:2:12', '--json', '--raw', ...withOracle]);
  expect(exitCode).toBe(0);
  expect(objects(stdout)).toMatchObject([{ shown: true, text: expect.any(String) as string }]);
});

test('doctor --json', async () => {
  const { exitCode, stdout } = await bytewise(['doctor', '--json', ...withOracle]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    bytewise: packageJson.version,
    node: process.versions.node,
    engine: {
      onnxruntime: packageJson.dependencies['onnxruntime-node'],
      model: { name: 'oracle-tiny', directory: oracle, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      device: 'cpu',
    },
    cold: { prefixBytes: 1024, firstByteMs: expect.any(Number) as number },
    warm: { prefixBytes: 1025 },
  });
});

test('bench --json', async () => {
  const windowed = path.join(path.dirname(oracle), 'windowed-tiny');
  const { exitCode, stdout, stderr } = await bytewise(['bench', '--json', '--runs', '1', '--model', windowed]);
  expect([exitCode, stderr]).toEqual([0, '']);
  const figure = {
    p50: expect.any(Number) as number,
    p95: expect.any(Number) as number,
    n: expect.any(Number) as number,
  };
  expect(JSON.parse(stdout)).toMatchObject({
    machine: expect.any(String) as string,
    model: 'windowed-tiny',
    device: 'cpu',
    loadMs: figure,
    coldPrefillMs: { 512: figure, 1024: figure, 2048: figure },
    firstByteWarmMs: figure,
    msPerByte: figure,
    entropyBytesPerSecond: figure,
    entropyFile100kMs: figure,
    searchedLineMs: figure,
    cancelMs: figure,
    ...(process.platform === 'linux' && { engineRssMb: figure, engineRssAfterMb: figure }),
    packageMb: figure,
    hostEventLoopDelayMs: figure,
    limitMsPerByte: figure,
    typingReusedShare: figure,
  });
}, 120_000);

test('without a model', async () => {
  const { exitCode, stdout, stderr } = await bytewise(['complete', '--jsonl', '--model', 'nowhere'], request(1));
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^bytewise: there is no model in .*nowhere; name a folder with a manifest\.json by --model\n$/,
  );
});

test('--version', async () => {
  expect(await bytewise(['--version'])).toMatchObject({ exitCode: 0, stdout: `${packageJson.version}\n` });
});
