import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/core/engine';
import { info, result, ScriptedEngine } from './scriptedEngine';
import { bytewise } from './testWorld';

const number = expect.any(Number) as number;
const text = expect.any(String) as string;
const report = (stdout: string) => JSON.parse(stdout) as unknown;

describe('doctor --json', () => {
  test('all there is to know', async () => {
    const engine = new ScriptedEngine(({ prefix }) => result('0123456789', { reusedBytes: prefix.length - 1024 }));
    const { exitCode, stdout, stderr } = await bytewise(['doctor', '--json'], { engine });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(report(stdout)).toEqual({
      ok: true,
      bytewise: '9.8.7',
      node: process.versions.node,
      platform: text,
      cpu: { model: text, cores: number },
      modelDirectory: text,
      engine: {
        node: '20.0.0',
        onnxruntime: '1.2.3',
        model: {
          name: 'scripted',
          directory: 'somewhere/scripted',
          sha256: info.modelSha256,
          bytes: 5_900_000,
          thresholdNats: 2,
          thresholdBits: 2 / Math.LN2,
          contextBytes: 512,
        },
        devices: info.attempts,
        device: 'cpu',
        loadMs: 12.5,
      },
      cold: { prefixBytes: 1024, reusedBytes: 0, bytes: 10, firstByteMs: 4, msPerByte: 1, ms: number },
      warm: { prefixBytes: 1025, reusedBytes: 1, bytes: 10, firstByteMs: 4, msPerByte: 1, ms: number },
    });
    expect(engine.disposed).toBe(true);
  });

  test('the warm prefix goes on where the cold one ends', async () => {
    const engine = new ScriptedEngine();
    await bytewise(['doctor', '--json'], { engine });
    const [cold, warm] = engine.completions.map(({ prefix }) => Buffer.from(prefix).toString());
    expect(warm?.startsWith(cold ?? '?')).toBe(true);
    expect(engine.completions.map(({ minConfidence }) => minConfidence)).toEqual([0, 0]);
  });

  test('a speed that cannot be told is null', async () => {
    const engine = new ScriptedEngine(() => result('x'));
    expect(report((await bytewise(['doctor', '--json'], { engine })).stdout)).toMatchObject({
      cold: { msPerByte: null },
    });
  });

  test('an engine that does not load', async () => {
    const engine = new ScriptedEngine();
    engine.loadError = new EngineError('cuda: no such device; use --ep cpu', 'user');
    const { exitCode, stdout, stderr } = await bytewise(['doctor', '--json'], { engine });
    expect(exitCode).toBe(1);
    expect(report(stdout)).toMatchObject({ ok: false, error: 'cuda: no such device; use --ep cpu', bytewise: '9.8.7' });
    expect(report(stdout)).not.toHaveProperty('engine');
    expect(stderr).toBe('bytewise: cuda: no such device; use --ep cpu\n');
    expect(engine.disposed).toBe(true);
  });

  test('what was found before an error stays', async () => {
    const engine = new ScriptedEngine(() => {
      throw new EngineError('the model process died');
    });
    const { exitCode, stdout } = await bytewise(['doctor', '--json'], { engine });
    expect(exitCode).toBe(1);
    expect(report(stdout)).toMatchObject({ ok: false, error: 'the model process died', engine: { device: 'cpu' } });
  });

  test('no model', async () => {
    const { exitCode, stdout, started } = await bytewise(['doctor', '--json', '--model', 'nowhere']);
    expect([exitCode, started]).toEqual([1, []]);
    expect(report(stdout)).toMatchObject({
      ok: false,
      error: expect.stringContaining('there is no model in') as string,
    });
  });
});

describe('doctor for people', () => {
  test('one aligned line for each fact', async () => {
    const { exitCode, stdout } = await bytewise(['doctor']);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toContain('bytewise     9.8.7');
    expect(lines).toContain(`node         ${process.versions.node}, engine 20.0.0`);
    expect(lines).toContain('size         5.9 MB');
    expect(lines).toContain('threshold    2.885 bits (2.000 nats)');
    expect(lines).toContain('device       webgpu refused: no adapter');
    expect(lines).toContain('             cpu accepted');
    expect(lines).toContain('in use       cpu');
    expect(lines).toContain('load         13 ms');
    expect(lines.at(-1)).toBe('state        the engine runs');
    for (const line of lines) expect(line).toMatch(/^.{11} {2}\S/);
  });

  test('an engine that cannot run says so in the last line', async () => {
    const engine = new ScriptedEngine();
    engine.loadError = new EngineError('broken\nfor good');
    const { exitCode, stdout, stderr } = await bytewise(['doctor'], { engine });
    expect(exitCode).toBe(1);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^state +the engine cannot run: broken for good$/);
    expect(stderr).toBe('');
  });
});
