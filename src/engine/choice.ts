/** Where a model runs: what was asked for, what each GPU provider has shown when it was checked, and why. */

import type { EngineOptions, ProviderAttempt } from '../core/engine';
import { chunkBytes } from './byteState';
import type { Pace, Provider, Verdict } from './protocol';

/** What is tried for `auto`, best first, by platform and processor; the CPU comes after all of them. */
const gpuProviders: Readonly<Record<string, readonly Provider[]>> = {
  'linux-x64': ['webgpu'],
  'win32-x64': ['webgpu', 'dml'],
  'win32-arm64': ['webgpu', 'dml'],
  'darwin-arm64': ['webgpu'],
};

/** A GPU must be so much faster than the CPU to be taken unasked: it costs power, and others use it too. */
const worthIt = 1.1;
/** Something that calls itself a GPU and is so many times slower than the CPU is software. */
const software = 20;

export const isSoftware = (gpu: Pace, cpu: Pace): boolean => gpu.msPerByte > software * cpu.msPerByte;

/** What a provider needs beyond what Bytewise brings. */
const needs: Partial<Record<Provider, string>> = {
  cuda:
    'CUDA needs Linux on x64, an NVIDIA driver, CUDA 12, cuDNN 9, and the CUDA files of the same version of onnxruntime-node, which ' +
    'Bytewise does not bring: `npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12` in its folder fetches them',
};

export interface Choice {
  readonly provider: Provider;
  readonly mostRows: number;
  /** In the order in which they were considered; the last one is accepted. */
  readonly attempts: readonly ProviderAttempt[];
}

/** The providers that matter for what is asked for, the CPU left out. */
export function candidates(
  wanted: EngineOptions['executionProvider'],
  machine = `${process.platform}-${process.arch}`,
): readonly Provider[] {
  if (wanted === 'cpu') return [];
  return wanted === 'auto' ? (gpuProviders[machine] ?? []) : [wanted];
}

/** `verdicts` of those candidates that were checked. */
export function choose(
  { executionProvider: wanted, softwareGpu, check }: Pick<EngineOptions, 'executionProvider' | 'softwareGpu' | 'check'>,
  verdicts: ReadonlyMap<Provider, Verdict>,
  providers = candidates(wanted),
): Choice {
  const refused: ProviderAttempt[] = [];
  const onCpu = (reason: string): Choice => ({
    provider: 'cpu',
    mostRows: chunkBytes,
    attempts: [...refused, { provider: 'cpu', accepted: true, reason }],
  });
  if (wanted === 'cpu') return onCpu('asked for');
  let slower: string | undefined;
  let unchecked = false;
  for (const provider of providers) {
    const verdict = verdicts.get(provider);
    const refuse = (reason: string) => refused.push({ provider, accepted: false, reason });
    if (verdict === undefined) {
      unchecked = true;
      refuse(check === 'after' ? 'is being checked' : 'not checked; `bytewise doctor` does that');
      continue;
    }
    if (!verdict.works) {
      refuse([verdict.reason, needs[provider]].filter((text) => text !== undefined).join('. '));
      continue;
    }
    const [gpu, cpu] = [verdict.gpu.msPerByte, verdict.cpu.msPerByte];
    const speeds = `${gpu.toFixed(2)} ms per byte, the CPU ${cpu.toFixed(2)} ms`;
    if (isSoftware(verdict.gpu, verdict.cpu) && softwareGpu !== true) {
      refuse(`so slow that it must be made of software: ${speeds}`);
    } else if (wanted === 'auto' && gpu * worthIt > cpu) {
      slower ??= `${times(gpu / cpu)} the GPU for this model`;
      refuse(`not faster for this model: ${speeds}`);
    } else {
      const reason = wanted === 'auto' ? `${times(cpu / gpu)} the CPU for this model` : 'asked for';
      const accepted = { provider, accepted: true, reason: `${reason}: ${speeds}` };
      return { provider, mostRows: verdict.mostRows, attempts: [...refused, accepted] };
    }
  }
  if (wanted !== 'auto') return onCpu(`takes over from ${wanted}`);
  if (slower !== undefined) return onCpu(slower);
  if (unchecked) return onCpu(check === 'after' ? 'until the GPU is checked' : 'no GPU was checked');
  return onCpu(providers.length === 0 ? 'nothing else is tried on this platform' : 'no GPU can be used');
}

/** "4 times as fast as", or what is near enough to no difference. */
function times(ratio: number): string {
  if (ratio < 1.1) return 'as fast as';
  return `${ratio < 10 ? ratio.toFixed(1).replace(/\.0$/, '') : ratio.toFixed(0)} times as fast as`;
}
