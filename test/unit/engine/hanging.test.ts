// GPUs that hang while the model is loaded or asked, and checks that are cut off; a program stands in for the model process.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { EngineClient } from '../../../src/engine/client';
import { oracleDirectory } from './packages';

const scratch = mkdtempSync(path.join(tmpdir(), 'bytewise-'));
const memoryDirectory = path.join(scratch, 'memory');
const clients: EngineClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** A model process that finds every GPU fast, answers on the CPU, and never answers what `hangs` names on a GPU. */
function client(hangs: 'check' | 'load' | 'complete'): EngineClient {
  const file = path.join(scratch, `${hangs}.cjs`);
  const jsonRpc = createRequire(import.meta.url).resolve('vscode-jsonrpc/node');
  writeFileSync(
    file,
    `const { createMessageConnection, IPCMessageReader, IPCMessageWriter } = require(${JSON.stringify(jsonRpc)});
const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
let device = 'webgpu';
const answer = (method, result) =>
  connection.onRequest(method, (request) => {
    if (method === 'load') device = request.provider;
    if (method === '${hangs}' && device === 'webgpu') return new Promise(() => {});
    return result(request);
  });
const pace = (msPerByte) => ({ msPerByte, msPerByteAtOnce: msPerByte });
answer('check', () => ({ works: true, reason: '', mostRows: 31, gpu: pace(1), cpu: pace(4) }));
answer('load', ({ provider, attempts }) => ({ device: provider, attempts }));
answer('complete', () => ({ bytes: Uint8Array.of(0x61) }));
connection.listen();
process.on('disconnect', () => process.exit(0));
`,
  );
  const options = { modelDirectory: oracleDirectory, executionProvider: 'webgpu', memoryDirectory } as const;
  const made = new EngineClient(file, { ...options, mostSilenceMs: 300 });
  clients.push(made);
  return made;
}

const request = { path: 'a.ts', prefix: new Uint8Array(), suffix: new Uint8Array(), maxBytes: 1, minConfidence: 0 };

test.each(['load', 'complete'] as const)('one that hangs at "%s" is given up, and the CPU answers', async (hangs) => {
  const engine = client(hangs);
  expect((await engine.complete(request)).bytes).toEqual(Uint8Array.of(0x61));
  expect(engine.info?.device).toBe('cpu');
  expect(engine.info?.attempts).toEqual([
    {
      provider: 'webgpu',
      accepted: false,
      reason: expect.stringMatching(/^lost while it worked: .*SIGKILL/) as string,
    },
    { provider: 'cpu', accepted: true, reason: 'takes over from webgpu' },
  ]);
  expect(engine.state).toBe('ready');
});

test('nothing is remembered of a check that was cut off', async () => {
  rmSync(memoryDirectory, { recursive: true, force: true });
  const engine = client('check');
  const loading = engine.load();
  await new Promise((resolve) => setTimeout(resolve, 200));
  engine.dispose();
  await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(existsSync(path.join(memoryDirectory, 'gpu-checks.json'))).toBe(false);
});
