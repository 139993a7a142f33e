// The GPU form on the CPU: the same text as the CPU form, whatever is fed and forgotten; a check that finds lies; a lost device.
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { BltState } from '../../../src/engine/bltState';
import { compare } from '../../../src/engine/check';
import { Generator } from '../../../src/engine/generate';
import { SteadyPool } from '../../../src/engine/steadyPool';
import { greedy, gpuDirectory, pretendedGpu, textIds } from './gpuForm';
import { greatestDifference, loadModel, packages, type Blt } from './packages';

const code = 'export function add(left: number, right: number) {\n  return left + right;\n}\n'.repeat(5);
const encode = (text: string) => new TextEncoder().encode(text);
/** As a share of the greatest logit; training/export.py allows the same. */
const tolerance = 0.02;

let cpu: Blt;
let gpu: Blt;
beforeAll(async () => {
  cpu = await loadModel(gpuDirectory);
  gpu = await pretendedGpu();
});

const withForm = packages.filter(({ name }) => name !== 'oracle-tiny');

describe('the GPU form', () => {
  test.each(withForm)('of $name writes the greedy bytes of the CPU form', async ({ directory }) => {
    const [right, other] = [await loadModel(directory), await pretendedGpu(directory)];
    const prompt = textIds(right, code);
    expect(greedy(other, prompt, 48)).toEqual(greedy(right, prompt, 48));
  });

  test('gives the same logits however its text is portioned, cut into runs and forgotten', () => {
    const ids = textIds(cpu, code);
    const expected = new BltState(cpu).feed(ids);
    const scale = Math.max(...expected.map(Math.abs));
    const portion = fc.record({ rows: fc.integer({ min: 1, max: 128 }), back: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(fc.array(portion, { maxLength: 8 }), fc.constantFrom(7, 31, 128), (portions, mostRows) => {
        const state = new BltState(Object.assign(Object.create(gpu) as Blt, { gpu: { ...gpu.gpu, mostRows } }));
        for (const { rows, back } of portions) {
          const more = ids.subarray(state.length, Math.min(ids.length - 1, state.length + rows));
          if (more.length > 0) state.feedChunk(more);
          state.truncate(Math.max(0, state.length - back));
        }
        const logits = state.feed(ids.subarray(state.length));
        expect(greatestDifference(logits, expected) / scale).toBeLessThan(tolerance);
      }),
      { numRuns: 12 },
    );
  });

  test('grows with a text that outgrows its first capacity', () => {
    const ids = textIds(cpu, code.repeat(2)).subarray(0, 500);
    const [right, other] = [new BltState(cpu), new BltState(gpu)];
    const expected = right.feed(ids);
    let logits = other.feed(ids.subarray(0, 100));
    for (let at = 100; at < ids.length; at += 50) logits = other.feed(ids.subarray(at, at + 50));
    expect(greatestDifference(logits, expected)).toBeLessThan(tolerance * Math.max(...expected.map(Math.abs)));
    expect(other.bytes).toBeGreaterThan(0);
  });

  test('says what does not fit into its caches', () => {
    const ids = new Uint16Array(600).fill(100);
    expect(() => new BltState(gpu).feed(ids)).toThrow(/longer than the caches/);
  });
});

describe('the check of a GPU', () => {
  test('accepts what computes what the CPU computes, with its pace', () => {
    const verdict = compare(cpu, gpu);
    expect(verdict).toMatchObject({ works: true, reason: '', mostRows: 128 });
    expect(verdict.gpu.msPerByte).toBeGreaterThan(0);
    expect(verdict.cpu.msPerByteAtOnce).toBeGreaterThan(0);
  });

  test.each([
    ['entropy', 3],
    ['encoder', 0.5],
    ['latent', NaN],
    ['decoder', 2],
  ])('refuses one that lies about the %s model', async (part, error) => {
    const liar = await pretendedGpu(gpuDirectory, {
      after: (name, _rows, outputs) => {
        if (name !== part) return;
        for (const numbers of Object.values(outputs)) numbers[3] = (numbers[3] ?? 0) + 10 * error;
      },
    });
    const verdict = compare(cpu, liar);
    expect(verdict.works).toBe(false);
    expect(verdict.reason).toMatch(new RegExp(`^it computes wrong numbers: those of the ${part} model are off by`));
  });

  test('takes fewer rows at a time where only more of them come out wrong', async () => {
    const few = await pretendedGpu(gpuDirectory, {
      after: (name, rows, outputs) => {
        if (name !== 'latent' || rows < 32) return;
        for (const numbers of Object.values(outputs)) numbers.forEach((value, i) => (numbers[i] = 0.98 * value));
      },
    });
    expect(compare(cpu, few)).toMatchObject({ works: true, mostRows: 31 });
  });
});

describe('a device that is lost', () => {
  test.each([
    ['while the prompt is read', 2],
    ['in the middle of the text', 40],
  ])('%s: the CPU ends the completion, and the text is the same', async (_when, runs) => {
    let left = Infinity;
    const breaking = await pretendedGpu(gpuDirectory, {
      after: (name) => {
        // The lookup is the CPU's.
        if (name !== 'lookup' && left-- <= 0) throw new Error('Device is lost.');
      },
    });
    const moved: string[] = [];
    const pool = new SteadyPool(breaking, 64e6, (info) => moved.push(info.device));
    const request = {
      path: 'a.ts',
      prefix: encode(code),
      suffix: new Uint8Array(),
      maxBytes: 32,
      minConfidence: 0,
      copying: false,
    };
    const never = { isCancellationRequested: false };
    const right = new Generator(cpu.manifest, new SteadyPool(await loadModel(gpuDirectory), 64e6, () => undefined));
    const expected = await right.complete(request, never);
    expect(expected.bytes.length).toBeGreaterThan(8);
    left = runs;
    const completion = await new Generator(breaking.manifest, pool).complete(request, never);
    expect(completion.bytes).toEqual(expected.bytes);
    expect(completion.stop).toBe(expected.stop);
    expect(moved).toEqual(['cpu']);
    expect(breaking.info.attempts).toEqual([
      { provider: 'webgpu', accepted: false, reason: 'lost while it worked: Device is lost.' },
      { provider: 'cpu', accepted: true, reason: 'takes over from webgpu' },
    ]);
  });
});
