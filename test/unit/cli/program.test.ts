import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/core/engine';
import { result, ScriptedEngine } from './scriptedEngine';
import { BrokenSink, bytewise, objects, oracle, Sink } from './testWorld';

let folder: string;
let file: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bytewise-cli-'));
  file = path.join(folder, 'sum.py');
  fs.writeFileSync(file, 'def add(a, b):\n    return \nprint(add(1, 2))\n');
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

const terminal = () => Object.assign(new Sink(), { isTTY: true });

describe('complete FILE:LINE:COL', () => {
  test('prints the text and a line end', async () => {
    const engine = new ScriptedEngine(() => result('a + b'));
    const { exitCode, stdout, stderr } = await bytewise(['complete', `${file}:2:12`], { engine });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'a + b\n', stderr: '' });
    const [request] = engine.completions;
    expect(Buffer.from(request?.prefix ?? []).toString()).toBe('def add(a, b):\n    return ');
    expect(Buffer.from(request?.suffix ?? []).toString()).toBe('\nprint(add(1, 2))\n');
    expect(request?.path).toBe(file);
    // As if asked for by hand: the line is searched for.
    expect(request?.searchBytes).toBeGreaterThan(0);
    expect(engine.disposed).toBe(true);
  });

  test('--json prints the whole answer', async () => {
    const { stdout } = await bytewise(['complete', `${file}:2:12`, '--json']);
    expect(objects(stdout)).toEqual([
      { text: 'x', shown: true, confidence: 1, bytes: 1, patches: 2, ms: expect.any(Number) as number },
    ]);
  });

  test('whoever asks for one place sees more than whoever types', async () => {
    const engine = new ScriptedEngine(() => result('a', { confidences: Float32Array.of(0.05) }));
    expect((await bytewise(['complete', `${file}:2:12`], { engine })).stdout).toBe('a\n');
  });

  test('what is not shown is explained, and --raw prints it', async () => {
    const engine = new ScriptedEngine(() => result('a', { confidences: Float32Array.of(0.001) }));
    expect(await bytewise(['complete', `${file}:2:12`], { engine })).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'bytewise: nothing to show, because the model is too unsure (--raw prints it all the same)\n',
    });
    expect((await bytewise(['complete', `${file}:2:12`, '--raw'], { engine })).stdout).toBe('a\n');
  });

  test('control characters are kept from a terminal, and only from it', async () => {
    const engine = new ScriptedEngine(() => result('a\t\u001b[2J'));
    expect((await bytewise(['complete', `${file}:2:12`], { engine, stdout: terminal() })).stdout).toBe(
      'a\t\ufffd[2J\n',
    );
    expect((await bytewise(['complete', `${file}:2:12`], { engine })).stdout).toBe('a\t\u001b[2J\n');
  });

  test('an error of the engine', async () => {
    const engine = new ScriptedEngine(() => {
      throw new EngineError('the model process died.\nIt said last: boom');
    });
    expect(await bytewise(['complete', `${file}:1:1`], { engine })).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: 'bytewise: the model process died. It said last: boom\n',
    });
    expect(engine.disposed).toBe(true);
  });
});

describe('what the user can mend is said in one sentence', () => {
  test.each([
    [['complete', 'nowhere.py:1:1'], 1, 'there is no file nowhere.py; check the path'],
    [['complete', '.:1:1'], 1, '. is a directory; name a file in it'],
    [['entropy', 'nowhere.py'], 1, 'there is no file nowhere.py; check the path'],
    [['entropy', '.'], 1, '. is a directory; name a file in it'],
    [['complete', 'package.json:999999:1'], 1, /package\.json has no line 999999; its last line is \d+/],
    [['complete', 'package.json:1:99'], 1, 'line 1 of package.json has no column 99; its end is column 2'],
    [['complete', 'package.json'], 2, /names no place; write FILE:LINE:COL/],
    [['complete', 'package.json:0:1'], 2, /count from 1/],
    [['complete'], 2, /either FILE:LINE:COL or --jsonl/],
    [['complete', 'package.json:1:1', '--jsonl'], 2, /either FILE:LINE:COL or --jsonl/],
    [
      ['complete', '--jsonl', '--model', 'no/such/folder'],
      1,
      /there is no model in .*folder; name a folder with a manifest\.json/,
    ],
    [['entropy', 'package.json', '--model', 'package.json'], 1, /there is no model in/],
    [['complete', '--jsonl', '--wrong'], 2, /unknown option '--wrong'/],
    [['complete', '--jsonl', '--ep', 'tpu'], 2, /'tpu' is invalid\. Allowed choices are auto, cpu/],
    [['complete', '--jsonl', '--model'], 2, /'--model <DIR>' argument missing/],
    [['entropy'], 2, /missing required argument 'FILE'/],
    [['entropy', 'a', 'b'], 2, /too many arguments/],
    [['compleet'], 2, /unknown command 'compleet'/],
  ] as [string[], number, string | RegExp][])('%j', async (args, exitCode, message) => {
    const outcome = await bytewise(args);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stdout).toBe('');
    expect(outcome.started).toEqual([]);
    expect(outcome.stderr).toMatch(/^bytewise: [^\n]+\n$/);
    if (typeof message === 'string') expect(outcome.stderr).toBe(`bytewise: ${message}\n`);
    else expect(outcome.stderr).toMatch(message);
  });
});

describe('options', () => {
  test('the model that comes along on the device of the engine’s choice, unless said otherwise', async () => {
    expect((await bytewise(['doctor'])).started).toEqual([
      { modelDirectory: oracle, executionProvider: 'auto', check: 'before' },
    ]);
    const relative = path.relative('.', oracle);
    expect((await bytewise(['doctor', '--model', relative, '--ep', 'cpu'])).started).toEqual([
      { modelDirectory: oracle, executionProvider: 'cpu', check: 'before' },
    ]);
  });

  test('--version', async () => {
    expect(await bytewise(['--version'])).toMatchObject({ exitCode: 0, stdout: '9.8.7\n', stderr: '' });
  });

  test.each([[['--help']], [['help']]])('%j has examples', async (args) => {
    const { exitCode, stdout, stderr } = await bytewise(args);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('bytewise complete --jsonl');
  });

  test('a command tells its own options', async () => {
    expect((await bytewise(['complete', '--help'])).stdout).toMatch(
      /--jsonl[\s\S]*--raw[\s\S]*--json[\s\S]*--model[\s\S]*--ep/,
    );
  });

  test('without a command, the help is an error', async () => {
    const { exitCode, stdout, stderr } = await bytewise([]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: bytewise');
  });

  test('help into a closed pipe', async () => {
    expect((await bytewise(['--help'], { stdout: new BrokenSink(0) })).exitCode).toBe(0);
  });
});
