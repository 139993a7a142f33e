// The client and a real model process: what works, what breaks, and what is said about it.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EngineError, type ByteOffset, type EngineState, type ExecutionProvider } from '../../../src/core/engine';
import { EngineClient } from '../../../src/engine/client';
import { gpuDirectory } from './gpuForm';
import { oracleDirectory, packages } from './packages';
import { builtProgram } from './program';

const encode = (text: string) => new TextEncoder().encode(text);
const short = { path: 'a.ts', prefix: encode('let x'), suffix: new Uint8Array(), maxBytes: 4, minConfidence: 0 };
const long = { ...short, prefix: encode('let x = 1;\n'.repeat(30)), maxBytes: 400 };
const bytes = (text: Uint8Array, start: number, end: number) => ({
  text,
  start: start as ByteOffset,
  end: end as ByteOffset,
});

let program: string;
const clients: EngineClient[] = [];
const scratch = mkdtempSync(path.join(tmpdir(), 'bytewise-'));

beforeAll(() => {
  program = builtProgram();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

function start(modelDirectory = oracleDirectory, executionProvider: ExecutionProvider = 'auto', file = program) {
  const client = new EngineClient(file, { modelDirectory, executionProvider });
  clients.push(client);
  const states: EngineState[] = [];
  client.onStateChange((state) => states.push(state));
  return { client, states };
}

function kill(client: EngineClient): void {
  process.kill(client.processId ?? NaN, 'SIGKILL');
}

async function failure(promise: Promise<unknown>): Promise<EngineError> {
  const error = await promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

describe('requests', () => {
  test.each(packages)('$name loads, completes and measures', async ({ name, directory }) => {
    const { client, states } = start(directory);
    expect(client.state).toBe('idle');
    const completion = await client.complete(short);
    expect(completion.bytes).toBeInstanceOf(Uint8Array);
    expect(completion.probabilities).toHaveLength(completion.bytes.length);
    const measurement = await client.measure(bytes(encode('let x = 1;'), 2, 6));
    expect(measurement.entropyNats).toBeInstanceOf(Float32Array);
    expect(measurement.entropyNats).toHaveLength(4);
    const info = await client.load();
    expect(info).toMatchObject({ modelName: name, modelDirectory: directory, device: 'cpu', onnxruntime: '1.30.0' });
    expect(states).toEqual(['loading', 'busy', 'ready', 'busy', 'ready']);
  });

  test('a completion tells its bytes while it is made', async () => {
    const { client } = start();
    const told: Uint8Array[] = [];
    const { bytes } = await client.complete({ ...short, maxBytes: 8 }, undefined, (so) => told.push(so));
    expect(told.length).toBeGreaterThan(1);
    told.forEach((sofar, i) => {
      expect(sofar).toHaveLength(i + 1);
    });
    expect(Buffer.from(told.at(-1) ?? []).subarray(0, bytes.length)).toEqual(Buffer.from(bytes));
  });

  test('a part of a larger buffer crosses as that part', async () => {
    const { client } = start();
    const text = encode('xxxxlet x = 1;xxxx').subarray(4, 14);
    const measurement = await client.measure(bytes(text, 0, 99));
    expect(measurement.surprisalNats).toEqual((await client.measure(bytes(text.slice(), 0, 99))).surprisalNats);
    expect(measurement.surprisalNats).toHaveLength(10);
  });

  test('a long measurement tells how far it is', async () => {
    const windowed = packages.find(({ name }) => name === 'windowed-tiny');
    const { client } = start(windowed?.directory);
    const done: number[] = [];
    const text = encode('const value = 1;\n'.repeat(3000));
    await client.measure(bytes(text, 100, text.length), undefined, (count) => done.push(count));
    expect(done.length).toBeGreaterThan(2);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBeLessThanOrEqual(text.length - 100);
  });

  test('completions come one after the other, and before measurements', async () => {
    const { client } = start();
    await client.load();
    const order: string[] = [];
    await Promise.all([
      client.measure(bytes(encode('let x = 1;\n'.repeat(200)), 0, 2200)).then(() => order.push('measured')),
      client.complete(long).then(() => order.push('first')),
      client.complete(short).then(() => order.push('second')),
    ]);
    expect(order).toEqual(['first', 'second', 'measured']);
  });

  test('an abort rejects at once, and the process goes on to the next request', async () => {
    const { client } = start();
    await client.load();
    for (const ask of [
      (signal: AbortSignal) => client.complete(long, signal),
      (signal: AbortSignal) => client.measure(bytes(encode('a\n'.repeat(4000)), 0, 8000), signal),
    ]) {
      const controller = new AbortController();
      const asked = ask(controller.signal);
      setTimeout(() => {
        controller.abort();
      }, 5);
      await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
      await expect(ask(controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
      expect(client.state).toBe('ready');
      const started = performance.now();
      expect((await client.complete(short)).bytes.length).toBeGreaterThan(0);
      // The aborted request alone would take longer.
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });

  test('a provider that is not there is tried first, and the CPU takes over', async () => {
    const { client } = start(gpuDirectory, process.platform === 'darwin' ? 'dml' : 'coreml');
    const { device, attempts } = await client.load();
    expect(device).toBe('cpu');
    expect(attempts.map(({ accepted }) => accepted)).toEqual([false, true]);
    expect(attempts[0]?.reason).toMatch(/does not offer it/);
  });
});

describe('when the process dies', () => {
  test('waiting requests hear why, and the next one starts a new process', async () => {
    const { client, states } = start();
    const before = await client.complete(short);
    const waiting = [client.complete(long), client.measure(bytes(encode('abc'), 0, 3))].map(failure);
    kill(client);
    for (const error of await Promise.all(waiting)) {
      expect(error.message).toMatch(/^The model process (was ended by SIGKILL|ended with code 1)\.$/);
      expect(error.kind).toBe('bug');
    }
    expect(client.state).toBe('failed');
    expect((await client.complete(short)).bytes).toEqual(before.bytes);
    expect(states.slice(-4)).toEqual(['failed', 'loading', 'busy', 'ready']);
  });

  test('three times within a minute it is left alone until somebody loads it', async () => {
    const { client } = start();
    for (let death = 0; death < 3; death++) {
      const died = failure(client.complete(long));
      kill(client);
      await died;
    }
    expect((await failure(client.complete(short))).message).toMatch(/died 3 times within a minute/);
    expect(client.processId).toBeUndefined();
    await client.load();
    expect((await client.complete(short)).bytes.length).toBeGreaterThan(0);
  });

  test('while nobody waits, nobody is told', async () => {
    const { client, states } = start();
    await client.load();
    kill(client);
    await expect.poll(() => states.at(-1)).toBe('failed');
    await client.complete(short);
  });

  test('its last words are in the message', async () => {
    const { client } = start(oracleDirectory, 'auto', path.join(scratch, 'nowhere.js'));
    expect((await failure(client.load())).message).toMatch(/ended with code 1\. It said last:\n[^]*Cannot find module/);
  });

  test('disposing aborts what waits, and nothing can be asked any more', async () => {
    const { client } = start();
    const waiting = client.complete(long);
    await client.load();
    const { processId } = client;
    client.dispose();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(() => process.kill(processId ?? NaN, 0)).toThrow();
    expect(client.state).toBe('idle');
    await failure(client.complete(short));
  });

  test('a process whose client is gone ends', async () => {
    const child = fork(program, { serialization: 'advanced' });
    await once(child, 'spawn');
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('a broken package', () => {
  type Change = (directory: string) => void;
  const rewrite =
    (file: string, change: (text: string) => string): Change =>
    (directory) => {
      const at = path.join(directory, file);
      writeFileSync(at, change(readFileSync(at, 'utf8')));
    };
  /** Replaces a graph, and describes the new one properly in the manifest. */
  const replace =
    (graph: string, bytesOf: (directory: string) => Uint8Array): Change =>
    (directory) => {
      const data = bytesOf(directory);
      writeFileSync(path.join(directory, `${graph}.onnx`), data);
      rewrite('manifest.json', (text) => {
        const manifest = JSON.parse(text) as { graphs: Record<string, object> };
        const sha256 = createHash('sha256').update(data).digest('hex');
        manifest.graphs[graph] = { file: `${graph}.onnx`, bytes: data.length, sha256 };
        return JSON.stringify(manifest);
      })(directory);
    };
  const graph = (name: string) => (directory: string) => readFileSync(path.join(directory, `${name}.onnx`));
  const remove =
    (file: string): Change =>
    (directory) => {
      rmSync(path.join(directory, file));
    };
  const flipByte: Change = (directory) => {
    const data = graph('latent')(directory);
    data[1000] = (data[1000] ?? 0) ^ 1;
    writeFileSync(path.join(directory, 'latent.onnx'), data);
  };

  const cases: [what: string, change: Change, says: RegExp][] = [
    ['no manifest', remove('manifest.json'), /no model package: .*manifest\.json cannot be read/],
    ['no graph', remove('decoder.onnx'), /decoder\.onnx cannot be read \(ENOENT/],
    [
      'a manifest that is no JSON',
      rewrite('manifest.json', (text) => text.slice(9)),
      /manifest\.json .*it is not JSON/,
    ],
    [
      'wrong types in its manifest',
      rewrite('manifest.json', (text) => text.replace('"bos": 1', '"bos": "one"')),
      /manifest\.json .*"bos": .*expected number/i,
    ],
    [
      'a graph cut short',
      rewrite('encoder.onnx', (text) => text.slice(99)),
      /encoder\.onnx has \d+ bytes, but manifest/,
    ],
    ['a flipped bit', flipByte, /latent\.onnx has the SHA-256/],
    [
      'a graph that is none',
      replace('latent', (directory) => graph('latent')(directory).subarray(0, 5000)),
      /latent\.onnx is no ONNX graph that ONNX Runtime 1\.30\.0 can load/,
    ],
    [
      'graphs in the wrong places',
      replace('decoder', graph('encoder')),
      /decoder\.onnx does not fit its manifest\.json: input "states" is missing; .* and 12 more\. /,
    ],
    [
      'another shape than its manifest says',
      rewrite('manifest.json', (text) => text.replace('"crossAttentionVectors": 2', '"crossAttentionVectors": 3')),
      /latent\.onnx does not fit .*"cross_k" is float32 \[\?, 3, 2, 64\], but float32 \[\?, 3, 3, 64\] is needed/,
    ],
  ];

  test.each(cases)('with %s says so once, and what to do', async (_what, change, says) => {
    const directory = mkdtempSync(path.join(scratch, 'package-'));
    cpSync(oracleDirectory, directory, { recursive: true });
    change(directory);
    const { client } = start(directory);
    const error = await failure(client.load());
    expect(error.message).toMatch(says);
    expect(error.message).toMatch(/(Download|Export|export) /);
    expect(error.message).not.toMatch(/\n/);
    expect(error.kind).toBe('user');
    expect(client.state).toBe('failed');
    // The same answer without another try, until somebody asks for one.
    expect(await failure(client.complete(short))).toBe(error);
    cpSync(oracleDirectory, directory, { recursive: true, force: true });
    await client.load();
    expect(client.state).toBe('ready');
  });

  test('is told about in the language of the user', async () => {
    const directory = path.join(scratch, 'nowhere');
    const texts = JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<string, string>;
    const client = new EngineClient(program, { modelDirectory: directory, executionProvider: 'cpu', texts });
    try {
      const { message } = await failure(client.load());
      expect(message).toMatch(/^没有模型包：无法读取 .*nowhere.manifest\.json（ENOENT.*）。 请重新下载/);
    } finally {
      client.dispose();
    }
  });
});
