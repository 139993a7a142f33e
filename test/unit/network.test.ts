// Nothing leaves the machine: what is built asks for no network, and the model process opens no socket while it works.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ByteOffset } from '../../src/core/engine';
import { EngineClient } from '../../src/engine/client';
import { oracleDirectory, root } from './engine/packages';
import { builtProgram } from './engine/program';

const networkModules = new Set(['net', 'tls', 'http', 'https', 'http2', 'dgram', 'dns', 'dns/promises', 'inspector']);

test('no file asks for the network, but for two libraries in parts that nobody calls', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/extension.ts', 'src/engine/process.ts', 'src/cli/main.ts'],
    outdir: 'dist',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    external: ['vscode', 'onnxruntime-node'],
    logLevel: 'silent',
  });
  const found = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ external, path: name }) => external && networkModules.has(name.replace(/^node:/, '')))
      .map(({ path: name }) => `${file.replace(/^node_modules\//, '')} ${name}`),
  );
  expect(found.sort()).toEqual([
    // `checkWebsite`; we take the battery alone.
    'systeminformation/lib/util.js http',
    'systeminformation/lib/util.js https',
    // Its sockets and pipes; we take the channel of a child process.
    'vscode-jsonrpc/lib/node/main.js net',
  ]);
});

test('no file uses a global that asks for the network', () => {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(50);
  for (const name of files) {
    const text = readFileSync(path.join(root, 'src', name), 'utf8').replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
    expect(text, name).not.toMatch(/\b(fetch|WebSocket|EventSource|XMLHttpRequest|sendBeacon)\b/);
  }
});

describe('the model process', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'bytewise-network-'));
  const log = path.join(scratch, 'attempts');
  const attempts = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  let program: string;
  const clients: EngineClient[] = [];
  const children: ChildProcess[] = [];

  beforeAll(() => {
    program = builtProgram();
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.dispose();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(log, { force: true });
  });
  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  /** A program that starts the guard and then does something. */
  function guarded(name: string, code: string): string {
    const file = path.join(scratch, `${name}.cjs`);
    const guard = path.join(root, 'test/harness/networkGuard.cjs');
    const note = `(stack) => require('node:fs').appendFileSync(${JSON.stringify(log)}, stack + '\\n')`;
    writeFileSync(file, `require(${JSON.stringify(guard)}).watchNetwork(${note});\n${code}`);
    return file;
  }

  test('loads, completes and measures without an attempt, and has no socket in the end', async () => {
    const file = guarded('engine', `require(${JSON.stringify(program)});`);
    const client = new EngineClient(file, { modelDirectory: oracleDirectory, executionProvider: 'auto' });
    clients.push(client);
    const text = new TextEncoder().encode('let x = 1;\n');
    await client.load();
    await client.complete({ path: 'a.ts', prefix: text, suffix: new Uint8Array(), maxBytes: 4, minConfidence: 0 });
    await client.measure({ text, start: 0 as ByteOffset, end: text.length as ByteOffset });
    expect(attempts()).toBe('');
    if (process.platform === 'linux') expect(internetSockets(client.processId ?? 0)).toEqual([]);
  });

  test.each([
    ['a connection', `require('node:net').connect(9, '127.0.0.1');`],
    ['a request', `require('node:https').get('https://127.0.0.1:9');`],
    ['fetch', `fetch('http://127.0.0.1:9');`],
    ['a server', `require('node:http').createServer().listen(0);`],
    ['a datagram', `require('node:dgram').createSocket('udp4').send('x', 9);`],
  ])('%s would be noticed', async (what, code) => {
    const child = fork(guarded(what, code), { stdio: 'ignore' });
    children.push(child);
    await once(child, 'exit');
    expect(attempts()).toContain('was called');
  });

  test.runIf(process.platform === 'linux')('a socket of native code would be noticed', async () => {
    const file = path.join(scratch, 'server.cjs');
    writeFileSync(file, `require('node:net').createServer().listen(0, '127.0.0.1', () => process.send('listening'));`);
    const child = fork(file, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    children.push(child);
    await once(child, 'message');
    expect(internetSockets(child.pid ?? 0)).toHaveLength(1);
  });
});

/** The inodes of the internet sockets that a process has open, from Linux's own lists. */
function internetSockets(pid: number): string[] {
  const inodes = new Set(
    ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'].flatMap((kind) => {
      const file = `/proc/${pid}/net/${kind}`;
      const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(1) : [];
      return lines.map((line) => line.trim().split(/\s+/)[9] ?? '');
    }),
  );
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    let target = '';
    try {
      target = readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      // Closed in the meantime.
    }
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    return inode !== undefined && inodes.has(inode) ? [inode] : [];
  });
}
