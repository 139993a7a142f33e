import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import packageJson from '../../../package.json';
import { defaultMaxBytes } from '../../../src/cli/complete';
import { EngineError } from '../../../src/core/engine';
import { parseLine } from '../../../src/cli/jsonl';
import { result, ScriptedEngine } from './scriptedEngine';
import { BrokenSink, bytewise, objects, pipe, type Sink } from './testWorld';

const request = (id: unknown, more: object = {}) =>
  `${JSON.stringify({ id, path: 'a.py', prefix: 'x = ', ...more })}\n`;

describe('answers', () => {
  test('each line in order, with all fields', async () => {
    const engine = new ScriptedEngine(({ prefix }) => result(`${Buffer.from(prefix).toString()}€`, { patches: 3 }));
    const stdin = request(1, { prefix: 'one ' }) + request('zwei', { prefix: 'two ', suffix: ')', maxBytes: 9 });
    const { exitCode, stdout, stderr } = await bytewise(['complete', '--jsonl'], { stdin, engine });
    expect(stdout.split('\n').length).toBe(3);
    expect(objects(stdout)).toEqual([
      { id: 1, text: 'one €', shown: true, confidence: 1, bytes: 7, patches: 3, ms: expect.any(Number) as number },
      { id: 'zwei', text: 'two €', shown: true, confidence: 1, bytes: 7, patches: 3, ms: expect.any(Number) as number },
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(
      engine.completions.map(({ path, suffix, maxBytes }) => [path, Buffer.from(suffix).toString(), maxBytes]),
    ).toEqual([
      ['a.py', '', 64],
      ['a.py', ')', 9],
    ]);
    expect(engine.disposed).toBe(true);
  });

  test('what the product would not show says why', async () => {
    const engine = new ScriptedEngine(() => result('no', { confidences: Float32Array.of(0.5, 0.125) }));
    const { stdout } = await bytewise(['complete', '--jsonl'], { stdin: request(1), engine });
    expect(objects(stdout)).toMatchObject([{ text: 'no', shown: false, reason: 'unsure', confidence: 0.125 }]);
    // As in the editor, the engine may stop where nothing can be shown any more.
    expect(engine.completions[0]?.minConfidence).toBeGreaterThan(0);
    expect(engine.completions[0]?.searchBytes).toBe(0);
  });

  test('filtered away: no text, not shown', async () => {
    const engine = new ScriptedEngine(() => result('  '));
    const { stdout } = await bytewise(['complete', '--jsonl'], { stdin: request(1), engine });
    expect(objects(stdout)).toMatchObject([{ text: '', shown: false, reason: 'empty', confidence: 0, bytes: 0 }]);
  });

  test('--raw: neither gate nor filters, and the whole line', async () => {
    const engine = new ScriptedEngine(() =>
      result('b) \r', { confidences: Float32Array.of(0.1, 0.01, 0.001, 0.0001) }),
    );
    const stdin = request(1, { prefix: 'f(a, ', suffix: ')' });
    const { stdout } = await bytewise(['complete', '--jsonl', '--raw'], { stdin, engine });
    expect(objects(stdout)).toMatchObject([{ text: 'b) ', shown: true, bytes: 3 }]);
    expect(objects(stdout)[0]?.['confidence']).toBeCloseTo(0.001);
    expect(engine.completions[0]).toMatchObject({ minConfidence: 0, searchBytes: 0, maxBytes: 256 });
  });

  test('--raw: nothing generated is not shown', async () => {
    const engine = new ScriptedEngine(() => result(''));
    const { stdout } = await bytewise(['complete', '--jsonl', '--raw'], { stdin: request(1), engine });
    expect(objects(stdout)).toMatchObject([{ text: '', shown: false, reason: 'empty', confidence: 0 }]);
  });
});

test('a completion may be as long as in the editor', () => {
  expect(packageJson.contributes.configuration[0]?.properties['bytewise.maxBytes']?.default).toBe(
    defaultMaxBytes.product,
  );
});

describe('streaming', () => {
  test('a driver that waits for each answer gets it', async () => {
    const stdin = pipe();
    const stdout = new PassThrough();
    const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
    const running = bytewise(['complete', '--jsonl'], { stdin, stdout: stdout as unknown as Sink });
    for (let id = 1; id <= 3; id++) {
      stdin.write(request(id));
      const answer = (await answers.next()) as { value: string };
      expect(JSON.parse(answer.value)).toMatchObject({ id });
    }
    stdin.end();
    expect((await running).exitCode).toBe(0);
  });

  test('a reader that goes away ends the program quietly', async () => {
    const stdin = pipe();
    const engine = new ScriptedEngine();
    const running = bytewise(['complete', '--jsonl'], { stdin, stdout: new BrokenSink(1), engine });
    // The input stays open, so it is the broken pipe that ends the program.
    stdin.write(request(1) + request(2) + request(3));
    const { exitCode, stderr } = await running;
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(engine.disposed).toBe(true);
    expect(stdin.destroyed).toBe(true);
  });

  test('an output that cannot be written is a failure', async () => {
    const { exitCode, stderr } = await bytewise(['complete', '--jsonl'], {
      stdin: request(1),
      stdout: new BrokenSink(0, 'ENOSPC'),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('cannot be written');
  });

  test('CRLF, empty lines, a byte order mark and an end without line end', async () => {
    const stdin = `\ufeff${request(1)}\n  \r\n${request(2).trim()}\r\n${request(3).trim()}`;
    const { exitCode, stdout } = await bytewise(['complete', '--jsonl'], { stdin });
    expect(objects(stdout).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(exitCode).toBe(0);
  });

  test('nothing in, nothing out', async () => {
    expect(await bytewise(['complete', '--jsonl'])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('a line of 20 MB', async () => {
    const engine = new ScriptedEngine();
    const { exitCode } = await bytewise(['complete', '--jsonl'], {
      stdin: request(1, { prefix: 'x'.repeat(20_000_000) }),
      engine,
    });
    expect(exitCode).toBe(0);
    expect(engine.completions[0]?.prefix.length).toBe(20_000_000);
  });

  test('prefixes with line separators and lone surrogates', async () => {
    const engine = new ScriptedEngine();
    const stdin = `{"id":1,"path":"a","prefix":"a\u2028b"}\n{"id":2,"path":"a","prefix":"\\ud83d"}\n`;
    const { stdout } = await bytewise(['complete', '--jsonl'], { stdin, engine });
    expect(objects(stdout).map(({ id }) => id)).toEqual([1, 2]);
    expect(engine.completions.map(({ prefix }) => Buffer.from(prefix).toString())).toEqual(['a\u2028b', '\ufffd']);
  });
});

describe('bad lines', () => {
  test('are answered by an error, and the others as usual', async () => {
    const stdin = `${request(1)}{"id": 2,\n${request(3, { prefix: 7 })}${request(4)}`;
    const { exitCode, stdout, stderr } = await bytewise(['complete', '--jsonl'], { stdin });
    expect(exitCode).toBe(1);
    expect(objects(stdout)).toMatchObject([
      { id: 1, text: 'x' },
      { id: null, error: expect.stringContaining('not JSON') as string },
      { id: 3, error: '"prefix" must be a string' },
      { id: 4, text: 'x' },
    ]);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^bytewise: line 2: this is not JSON .*send one object per line/),
      'bytewise: line 3: "prefix" must be a string',
      '',
    ]);
  });

  test("an error of the engine is one line's error, too", async () => {
    let calls = 0;
    const engine = new ScriptedEngine(() => {
      if (++calls === 1) throw new EngineError('the model process died');
      return result('ok');
    });
    const { exitCode, stdout } = await bytewise(['complete', '--jsonl'], { stdin: request(1) + request(2), engine });
    expect(objects(stdout)).toMatchObject([
      { id: 1, error: 'the model process died' },
      { id: 2, text: 'ok' },
    ]);
    expect(exitCode).toBe(1);
  });

  const problem = (line: string) => parseLine(Buffer.from(line));
  test.each([
    ['[]', null, 'this is not an object'],
    ['null', null, 'this is not an object'],
    ['"x"', null, 'this is not an object'],
    ['{"id":{},"path":"a","prefix":""}', null, '"id" must be a string or a number'],
    ['{"id":true,"path":"a","prefix":""}', null, '"id" must be a string or a number'],
    ['{"id":1,"prefix":""}', 1, '"path" is missing; it must be a string'],
    ['{"id":1,"path":"a"}', 1, '"prefix" is missing; it must be a string'],
    ['{"id":1,"path":null,"prefix":""}', 1, '"path" must be a string'],
    ['{"id":1,"path":"a","prefix":"","suffix":3}', 1, '"suffix" must be a string'],
    ['{"id":1,"path":"a","prefix":"","maxBytes":"9"}', 1, '"maxBytes" must be a whole number from 1 on'],
    ['{"id":1,"path":"a","prefix":"","maxBytes":0}', 1, '"maxBytes" must be a whole number from 1 on'],
    ['{"id":1,"path":"a","prefix":"","maxBytes":1.5}', 1, '"maxBytes" must be a whole number from 1 on'],
    ['{"id":1,"path":"a","prefix":"","maxBytes":1e300}', 1, '"maxBytes" must be a whole number from 1 on'],
    ['{"id":"a","path":1,"prefix":2}', 'a', '"path" must be a string; "prefix" must be a string'],
  ])('%s', (line, id, message) => {
    const parsed = problem(line) as { id: unknown; problem: string };
    expect(parsed.id).toBe(id);
    expect(parsed.problem.split('; send')[0]).toBe(message);
  });

  test('bytes that are no UTF-8', () => {
    expect(parseLine(Buffer.from([0x7b, 0xff, 0x7d]))).toEqual({
      id: null,
      problem: 'this is not UTF-8; send JSON in UTF-8',
    });
  });

  test('what may be left out may also be null; more fields do no harm', () => {
    expect(problem('{"path":"a","prefix":"b","suffix":null,"maxBytes":null,"x":1}')).toEqual({
      id: null,
      input: { path: 'a', prefix: 'b', suffix: '', maxBytes: undefined },
    });
  });

  test('control characters of a line do not reach the terminal', async () => {
    const { stderr } = await bytewise(['complete', '--jsonl'], { stdin: '\u001b[2J\n' });
    expect(stderr).not.toContain('\u001b');
  });
});

test('a model that cannot be loaded is said once, without reading the input', async () => {
  const engine = new ScriptedEngine();
  engine.loadError = new EngineError('encoder.onnx is damaged; install the model again', 'user');
  const stdin = pipe();
  const { exitCode, stdout, stderr } = await bytewise(['complete', '--jsonl'], { stdin, engine });
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'bytewise: encoder.onnx is damaged; install the model again\n',
  });
  expect(engine.disposed).toBe(true);
  stdin.end();
  stdin.resume();
  await once(stdin, 'end');
});
