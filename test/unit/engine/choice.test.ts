// Where a model runs, from what was asked for and what checks have found.
import { describe, expect, test } from 'vitest';
import { candidates, choose } from '../../../src/engine/choice';
import type { Provider, Verdict } from '../../../src/engine/protocol';

const paces = (gpuMs: number, cpuMs: number): Verdict => ({
  works: true,
  reason: '',
  mostRows: 31,
  gpu: { msPerByte: gpuMs, msPerByteAtOnce: gpuMs / 4 },
  cpu: { msPerByte: cpuMs, msPerByteAtOnce: cpuMs / 4 },
});
const broken = (reason: string): Verdict => ({ ...paces(NaN, NaN), works: false, reason });

function chosen(
  asked: Parameters<typeof choose>[0],
  verdicts: Partial<Record<Provider, Verdict>>,
  machine = 'win32-x64',
): string[] {
  const found = new Map(Object.entries(verdicts) as [Provider, Verdict][]);
  const { provider, attempts } = choose(asked, found, candidates(asked.executionProvider, machine));
  expect(attempts.filter(({ accepted }) => accepted).map((attempt) => attempt.provider)).toEqual([provider]);
  return attempts.map((attempt) => `${attempt.provider} ${attempt.accepted ? 'yes' : 'no'}: ${attempt.reason}`);
}

const auto = { executionProvider: 'auto' } as const;
const webgpu = { executionProvider: 'webgpu' } as const;

describe('what is tried', () => {
  test.each([
    ['linux-x64', ['webgpu']],
    ['linux-arm64', []],
    ['win32-arm64', ['webgpu', 'dml']],
    ['darwin-arm64', ['webgpu']],
  ])('on %s', (machine, expected) => {
    expect(candidates('auto', machine)).toEqual(expected);
    expect(candidates('cpu', machine)).toEqual([]);
    expect(candidates('cuda', machine)).toEqual(['cuda']);
  });
});

describe('of its own accord', () => {
  test('a GPU that is faster for the model is taken', () => {
    expect(chosen(auto, { webgpu: paces(1, 4) })).toEqual([
      'webgpu yes: 4 times as fast as the CPU for this model: 1.00 ms per byte, the CPU 4.00 ms',
    ]);
  });

  test('one that is slower is not, and the CPU says why', () => {
    expect(chosen(auto, { webgpu: paces(3.2, 0.8), dml: broken('no adapter') })).toEqual([
      'webgpu no: not faster for this model: 3.20 ms per byte, the CPU 0.80 ms',
      'dml no: no adapter',
      'cpu yes: 4 times as fast as the GPU for this model',
    ]);
  });

  test('after one that fails comes the next', () => {
    expect(chosen(auto, { webgpu: broken('it computes wrong numbers'), dml: paces(1, 2.5) })).toEqual([
      'webgpu no: it computes wrong numbers',
      'dml yes: 2.5 times as fast as the CPU for this model: 1.00 ms per byte, the CPU 2.50 ms',
    ]);
  });

  test('it says what is not known', () => {
    expect(chosen({ ...auto, check: 'after' }, {}, 'linux-x64')).toEqual([
      'webgpu no: is being checked',
      'cpu yes: until the GPU is checked',
    ]);
    expect(chosen(auto, {}, 'linux-x64').at(-1)).toBe('cpu yes: no GPU was checked');
    expect(chosen(auto, {}, 'linux-arm64')).toEqual(['cpu yes: nothing else is tried on this platform']);
    expect(chosen(auto, { webgpu: broken('no') }, 'linux-x64').at(-1)).toBe('cpu yes: no GPU can be used');
  });
});

describe('when it is asked for', () => {
  test('a GPU is taken even if it is slower', () => {
    expect(chosen(webgpu, { webgpu: paces(3, 1) })).toEqual([
      'webgpu yes: asked for: 3.00 ms per byte, the CPU 1.00 ms',
    ]);
  });

  test('one that is made of software is not, unless that is asked for too', () => {
    const slow = { webgpu: paces(50, 1) };
    expect(chosen(webgpu, slow)).toEqual([
      'webgpu no: so slow that it must be made of software: 50.00 ms per byte, the CPU 1.00 ms',
      'cpu yes: takes over from webgpu',
    ]);
    expect(chosen({ ...webgpu, softwareGpu: true }, slow)[0]).toMatch(/^webgpu yes: asked for/);
  });

  test('CUDA that does not start says what it needs', () => {
    expect(chosen({ executionProvider: 'cuda' }, { cuda: broken('Failed to load shared library') })[0]).toMatch(
      /^cuda no: Failed to load shared library\. CUDA needs Linux on x64, .* CUDA 12, cuDNN 9/,
    );
  });

  test('the CPU is the CPU', () => {
    expect(chosen({ executionProvider: 'cpu' }, { webgpu: paces(1, 9) })).toEqual(['cpu yes: asked for']);
  });
});
