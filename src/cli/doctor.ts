/** `doctor`: what is installed, what the engine runs on, and how fast. */
import os from 'node:os';
import { encodeUtf8 } from '../core/bytes';
import type { CompleteResult, Engine, EngineInfo } from '../core/engine';
import { bitsPerNat } from '../core/heatMap';
import { messageOf } from './failure';

export interface Host {
  readonly bytewise: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: { readonly model: string; readonly cores: number };
}

/** A completion that was timed. */
export interface Timing {
  readonly prefixBytes: number;
  /** Bytes of the prompt that were still in the caches. */
  readonly reusedBytes: number;
  readonly bytes: number;
  readonly firstByteMs: number;
  /** Of the bytes after the first; null when there are none. */
  readonly msPerByte: number | null;
  readonly ms: number;
}

export interface Report extends Host {
  readonly ok: boolean;
  /** Why the engine cannot run. */
  readonly error?: string;
  readonly modelDirectory: string;
  readonly engine?: {
    readonly node: string;
    readonly onnxruntime: string;
    readonly model: {
      readonly name: string;
      readonly directory: string;
      readonly sha256: string;
      readonly bytes: number;
      readonly thresholdNats: number | null;
      readonly thresholdBits: number | null;
      readonly contextBytes: number;
    };
    readonly devices: EngineInfo['attempts'];
    readonly device: EngineInfo['device'];
    readonly loadMs: number;
  };
  readonly cold?: Timing;
  readonly warm?: Timing;
}

export function thisHost(version: string): Host {
  const cpus = os.cpus();
  return {
    bytewise: version,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}, ${os.type()} ${os.release()}`,
    cpu: { model: cpus[0]?.model.trim() ?? 'unknown', cores: cpus.length },
  };
}

/** What a working engine says and how fast it is; what was found before an error stays in the report. */
export async function diagnose(engine: Engine, host: Host, modelDirectory: string): Promise<Report> {
  const report = { ...host, modelDirectory };
  let found: Pick<Report, 'engine' | 'cold'> = {};
  try {
    found = { engine: engineReport(await engine.load()) };
    found = { ...found, cold: await timed(engine, coldPrefix) };
    return { ok: true, ...report, ...found, warm: await timed(engine, warmPrefix) };
  } catch (error) {
    return { ...unable(host, modelDirectory, error), ...found };
  }
}

export const unable = (host: Host, modelDirectory: string, error: unknown): Report => ({
  ok: false,
  error: messageOf(error),
  ...host,
  modelDirectory,
});

function engineReport(info: EngineInfo): NonNullable<Report['engine']> {
  const { node, onnxruntime, attempts, device, loadMs, thresholdNats, contextBytes } = info;
  const model = {
    name: info.modelName,
    directory: info.modelDirectory,
    sha256: info.modelSha256,
    bytes: info.packageBytes,
    thresholdNats,
    thresholdBits: thresholdNats === null ? null : thresholdNats * bitsPerNat,
    contextBytes,
  };
  return { node, onnxruntime, model, devices: attempts, device, loadMs };
}

/** The same function over and over, so that any model has a whole line to go on with. */
const source = 'def add_numbers(first, second):\n    return first + second\n\n\n'.repeat(40);
const coldPrefixBytes = 1024;
const coldPrefix = (source + 'def add').slice(-coldPrefixBytes);
/** One keystroke later. */
const warmPrefix = `${coldPrefix}_`;
const completionBytes = 32;

async function timed(engine: Engine, text: string): Promise<Timing> {
  const prefix = encodeUtf8(text);
  const start = performance.now();
  const result = await engine.complete({
    path: 'doctor.py',
    prefix,
    suffix: new Uint8Array(),
    maxBytes: completionBytes,
    minConfidence: 0,
  });
  const ms = performance.now() - start;
  const { reusedBytes, firstByteMs } = result;
  const bytes = result.bytes.length;
  return { prefixBytes: prefix.length, reusedBytes, bytes, firstByteMs, msPerByte: msPerByte(result), ms };
}

function msPerByte({ bytes, firstByteMs, ms }: CompleteResult): number | null {
  return bytes.length > 1 ? (ms - firstByteMs) / (bytes.length - 1) : null;
}
