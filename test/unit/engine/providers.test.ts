// Choosing a provider, without a second one at hand: a runtime that calls the CPU another name, and may compute wrongly.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { place, type GraphFile } from '../../../src/engine/providers';
import { Runtime } from '../../../src/engine/session';
import { loadModel, oracleDirectory, type Blt } from './packages';

type Native = InstanceType<Runtime['binding']['binding']['InferenceSession']>;

/** A runtime with a "webgpu" whose logits are off by `error`; `fails` says what its loading throws. */
async function pretend({ error = 0, fails = '' }): Promise<{ runtime: Runtime; disposed: string[] }> {
  const real = await Runtime.load();
  const disposed: string[] = [];
  function Session(): Partial<Native> {
    const native = new real.binding.binding.InferenceSession();
    let provider = '';
    return {
      loadModel: (...[model, offset, length, options]: unknown[]) => {
        provider = String((options as { executionProviders: string[] }).executionProviders[0]);
        if (provider !== 'cpu' && fails !== '') throw new Error(fails);
        const onCpu = { ...(options as object), executionProviders: ['cpu'] };
        native.loadModel(model as ArrayBuffer, offset as number, length as number, onCpu);
      },
      get inputMetadata() {
        return native.inputMetadata;
      },
      get outputMetadata() {
        return native.outputMetadata;
      },
      run: (...request: Parameters<Native['run']>) => {
        const outputs = native.run(...request);
        const logits = outputs['logits']?.data as Float32Array | undefined;
        if (provider !== 'cpu' && logits !== undefined) logits[3] = (logits[3] ?? 0) + error;
        return outputs;
      },
      dispose: () => {
        disposed.push(provider);
        native.dispose();
      },
    };
  }
  const binding = { InferenceSession: Session, listSupportedBackends: () => [{ name: 'cpu' }, { name: 'webgpu' }] };
  const runtime = { version: real.version, Tensor: real.Tensor, binding: { binding } } as unknown as Runtime;
  return { runtime, disposed };
}

describe('a provider that is asked for', () => {
  let model: Blt;
  let files: GraphFile[];
  beforeAll(async () => {
    model = await loadModel(oracleDirectory);
    files = (['entropy', 'encoder', 'latent', 'decoder'] as const).map((name) => {
      const at = path.join(oracleDirectory, `${name}.onnx`);
      return { name, path: at, bytes: readFileSync(at) };
    });
  });

  test('is taken if it computes what the CPU computes', async () => {
    const { runtime, disposed } = await pretend({});
    const { device, attempts } = place(runtime, model.manifest, files, 'webgpu');
    expect(device).toBe('webgpu');
    expect(attempts).toEqual([
      { provider: 'webgpu', accepted: true, reason: expect.stringMatching(/ms per byte/) as string },
    ]);
    expect(disposed).toEqual(['cpu', 'cpu', 'cpu', 'cpu']);
  });

  test.each([
    ['computes something else', { error: 5 }, /computes wrong logits, off by/],
    ['computes no numbers', { error: NaN }, /computes wrong logits, off by NaN/],
    ['cannot be started', { fails: 'No\nadapter' }, /^No adapter$/],
  ])('is left for the CPU if it %s', async (_what, behaviour, reason) => {
    const { runtime, disposed } = await pretend(behaviour);
    const { device, attempts } = place(runtime, model.manifest, files, 'webgpu');
    expect(device).toBe('cpu');
    expect(attempts[0]?.reason).toMatch(reason);
    expect(attempts.map(({ provider, accepted }) => [provider, accepted])).toEqual([
      ['webgpu', false],
      ['cpu', true],
    ]);
    expect(disposed).not.toContain('cpu');
  });
});
