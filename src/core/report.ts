/** Everything that helps to find out why something is slow or does not work, as plain text to read and to copy. */
import type { CompleteResult, EngineInfo, EngineState } from './engine';
import { bitsPerNat } from './heatMap';
import { msPerByte } from './status';

export interface ReportFacts {
  readonly version: string;
  readonly state: EngineState;
  readonly info: EngineInfo | undefined;
  readonly failure: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly last: CompleteResult | undefined;
  /** The latest decisions about suggestions, oldest first. */
  readonly decisions: readonly string[];
}

export function engineReport(facts: ReportFacts): string {
  const { version, state, info, failure, settings, last, decisions } = facts;
  const sections = [
    section('Bytewise', [['version', version], ['engine', state], ...(failure ? [['failure', failure] as const] : [])]),
    info && section('Model', modelFacts(info)),
    info && section('Execution providers tried', info.attempts.map(attemptFact)),
    last && section('Last completion', completionFacts(last)),
    section(
      'Settings',
      Object.entries(settings).map(([key, value]) => [key, JSON.stringify(value)]),
    ),
    `Latest decisions\n${decisions.map((decision) => `  ${decision}`).join('\n') || '  none yet'}`,
  ];
  return `${sections.filter((part) => part !== undefined).join('\n\n')}\n`;
}

type Fact = readonly [name: string, value: string];

function section(title: string, facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return [title, ...facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)].join('\n');
}

function modelFacts(info: EngineInfo): Fact[] {
  return [
    ['name', info.modelName],
    ['folder', info.modelDirectory],
    ['sha-256', info.modelSha256],
    ['size', `${(info.packageBytes / 1e6).toFixed(1)} MB`],
    ['context', `${info.contextBytes} bytes`],
    ['patch threshold', thresholdFact(info.thresholdNats)],
    ['runs on', info.device],
    ['load time', `${info.loadMs.toFixed(0)} ms`],
    ['Node', info.node],
    ['ONNX Runtime', info.onnxruntime],
  ];
}

const thresholdFact = (nats: number | null) =>
  nats === null
    ? 'none, patches of a fixed length'
    : `${nats.toFixed(4)} nats (${(nats * bitsPerNat).toFixed(2)} bits)`;

const attemptFact = ({ provider, accepted, reason }: EngineInfo['attempts'][number]): Fact => [
  provider,
  `${accepted ? 'accepted' : 'refused'}: ${reason}`,
];

function completionFacts(last: CompleteResult): Fact[] {
  const { bytes, patches, ms, firstByteMs, reusedBytes, prefilledBytes, stop } = last;
  const pace = msPerByte(last);
  return [
    ['time', `${ms.toFixed(1)} ms, first byte after ${firstByteMs.toFixed(1)} ms`],
    ['generated', `${bytes.length} bytes, ${patches} patches`],
    ...(pace === undefined ? [] : [['pace', `${pace.toFixed(2)} ms/byte after the first one`] as const]),
    ['prompt', `${reusedBytes} bytes from the caches, ${prefilledBytes} read anew`],
    ['ended by', stop],
  ];
}
