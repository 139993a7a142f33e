// WebGPU for real, on a Vulkan made of software (test/harness/vulkan.mjs), always in processes of their own.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CompleteResult, EngineOptions } from '../../../src/core/engine';
import { EngineClient } from '../../../src/engine/client';
import { softwareVulkan } from '../../harness/vulkan.mjs';
import { gpuDirectory } from './gpuForm';
import { builtProgram } from './program';

const vulkan = softwareVulkan();
// `npm run setup -- --vscode` says why it is not there.
if (vulkan === undefined && process.env['BYTEWISE_CI']) throw new Error('There is no software Vulkan.');

const encode = (text: string) => new TextEncoder().encode(text);
const request = {
  path: 'a.ts',
  prefix: encode('let x = 1;\n'.repeat(12)),
  suffix: new Uint8Array(),
  maxBytes: 40,
  minConfidence: 0,
};
// The first check on a machine compiles some hundred shaders.
const patience = 400_000;

const scratch = mkdtempSync(path.join(tmpdir(), 'bytewise-'));
const memoryDirectory = path.join(scratch, 'memory');
const clients: EngineClient[] = [];
const before = { ...process.env };
let program: string;

beforeAll(() => {
  program = builtProgram();
});
beforeEach(() => {
  Object.assign(process.env, vulkan);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
  for (const name of Object.keys({ ...vulkan, VK_LOADER_DRIVERS_DISABLE: '' })) {
    if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before[name];
  }
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

function start(options: Partial<EngineOptions> = {}): EngineClient {
  const client = new EngineClient(program, {
    modelDirectory: gpuDirectory,
    executionProvider: 'webgpu',
    softwareGpu: true,
    mostCheckMs: patience,
    memoryDirectory,
    ...options,
  });
  clients.push(client);
  return client;
}

/** −log2 p of each byte of a text after the prompt. */
async function bits(engine: EngineClient, text: Uint8Array): Promise<Float32Array> {
  const { path: file, prefix, suffix } = request;
  const [score] = (await engine.score({ path: file, prefix, suffix, targets: [text] })).bits;
  return score ?? new Float32Array();
}

/**
 * The same bytes, up to a place where two are so near that float16 decides between them: random weights have such places, and
 * there the CPU, too, must find both within 3 % of each other.
 */
async function expectSameText(cpu: EngineClient, completion: CompleteResult, expected: CompleteResult): Promise<void> {
  const ends: Partial<Record<string, number>> = { 'line-end': 0x0a, end: 0xfe };
  const [ours, theirs] = [completion, expected].map((result) => [...result.bytes, ...[ends[result.stop] ?? []].flat()]);
  const at = (theirs ?? []).findIndex((byte, i) => byte !== ours?.[i]);
  if (at < 0 || ours?.[at] === undefined) {
    expect(ours).toEqual(theirs);
    return;
  }
  expect(at).toBeGreaterThan(8);
  const [left, right] = await Promise.all(
    [ours, theirs].map((text) => bits(cpu, Uint8Array.from(text ?? []).slice(0, at + 1))),
  );
  expect(left?.[at]).toBeCloseTo(right?.[at] ?? NaN, 1);
}

const onCpu = { provider: 'cpu', accepted: true, reason: 'takes over from webgpu' };

describe.skipIf(vulkan === undefined)('WebGPU without a GPU', { timeout: 2 * patience }, () => {
  test('runs every node on the device and writes the bytes of the CPU', async () => {
    const client = start();
    const info = await client.load();
    // Its sessions are made so that a node on the CPU would be an error.
    expect(info.attempts).toEqual([
      { provider: 'webgpu', accepted: true, reason: expect.stringMatching(/^asked for: .* ms per byte/) as string },
    ]);
    expect(info.device).toBe('webgpu');
    const cpu = start({ executionProvider: 'cpu' });
    const expected = await cpu.complete(request);
    const completion = await client.complete(request);
    await expectSameText(cpu, completion, expected);
    // The same text costs the same bits, byte by byte, read in one go.
    const costs = await Promise.all([cpu, client].map((engine) => bits(engine, expected.bytes)));
    costs[0]?.forEach((cost, i) => {
      expect(costs[1]?.[i]).toBeCloseTo(cost, 1);
    });
    // The same place again, and one further on: caches on the device are reused and cut.
    const again = await client.complete({ ...request, prefix: encode(`${'let x = 1;\n'.repeat(12)}l`) });
    expect(again.reusedBytes).toBeGreaterThan(100);
    await expectSameText(cpu, await client.complete(request), expected);
  });

  test('is remembered: the next start checks nothing', async () => {
    await start().load();
    const file = path.join(memoryDirectory, 'gpu-checks.json');
    const [entry] = JSON.parse(readFileSync(file, 'utf8')) as [{ verdict: { works: boolean; reason: string } }];
    expect(entry.verdict.works).toBe(true);
    const elsewhere = path.join(scratch, 'altered');
    cpSync(memoryDirectory, elsewhere, { recursive: true });
    const altered = [{ ...entry, verdict: { ...entry.verdict, works: false, reason: 'as remembered' } }];
    writeFileSync(path.join(elsewhere, 'gpu-checks.json'), JSON.stringify(altered));
    const info = await start({ memoryDirectory: elsewhere }).load();
    expect(info.attempts[0]).toEqual({ provider: 'webgpu', accepted: false, reason: 'as remembered' });
  });

  test('is not what `auto` takes, and it says why', async () => {
    const { device, attempts } = await start({ executionProvider: 'auto', check: 'before' }).load();
    expect(device).toBe('cpu');
    expect(attempts).toEqual([
      { provider: 'webgpu', accepted: false, reason: expect.stringMatching(/^not faster for this model: /) as string },
      { provider: 'cpu', accepted: true, reason: expect.stringMatching(/times as fast as the GPU/) as string },
    ]);
  });

  test('is left out unless it is asked for', async () => {
    const { device, attempts } = await start({ softwareGpu: false }).load();
    expect(device).toBe('cpu');
    expect(attempts).toEqual([
      { provider: 'webgpu', accepted: false, reason: expect.stringMatching(/No supported adapters/) as string },
      onCpu,
    ]);
  });

  test('without a driver the CPU takes over', async () => {
    process.env['VK_DRIVER_FILES'] = path.join(scratch, 'none.json');
    const client = start();
    expect((await client.load()).attempts).toEqual([
      { provider: 'webgpu', accepted: false, reason: expect.stringMatching(/WebGPU adapter/) as string },
      onCpu,
    ]);
    expect((await client.complete(request)).bytes.length).toBeGreaterThan(0);
  });

  test('that computes wrong numbers is refused', async () => {
    const lying = path.join(scratch, 'lying');
    cpSync(gpuDirectory, lying, { recursive: true });
    const file = path.join(lying, 'manifest.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { gpu: { rotaryBases: { decoder: number } } };
    // With these angles everything runs, and the attention looks at the wrong places.
    manifest.gpu.rotaryBases.decoder = 2;
    writeFileSync(file, JSON.stringify(manifest));
    const client = start({ modelDirectory: lying });
    expect((await client.load()).attempts).toEqual([
      {
        provider: 'webgpu',
        accepted: false,
        reason: expect.stringMatching(/^it computes wrong numbers: those of the decoder model are off by/) as string,
      },
      onCpu,
    ]);
    const expected = await start({ executionProvider: 'cpu' }).complete(request);
    expect((await client.complete(request)).bytes).toEqual(expected.bytes);
  });

  test('that takes its process along loses nothing: the CPU answers what was asked', async () => {
    const client = start();
    expect((await client.load()).device).toBe('webgpu');
    const states: string[] = [];
    client.onStateChange((state) => states.push(state));
    const completion = client.complete(request);
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.kill(client.processId ?? NaN, 'SIGKILL');
    const expected = await start({ executionProvider: 'cpu' }).complete(request);
    // Here not a byte may differ: the CPU has begun anew.
    expect((await completion).bytes).toEqual(expected.bytes);
    expect(states).not.toContain('failed');
    expect(client.info).toMatchObject({
      device: 'cpu',
      attempts: [
        {
          provider: 'webgpu',
          accepted: false,
          reason: expect.stringMatching(/^lost while it worked: .*SIGKILL/) as string,
        },
        onCpu,
      ],
    });
  });
});
