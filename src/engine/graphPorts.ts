/** The inputs and outputs that each graph must have, and whether it has them. docs/architecture.md, "The graphs". */

import type { BltManifest, GpuGraphName, GraphName, Manifest, MegabyteManifest, StackShape } from '../core/manifest';
import type { Port } from './session';

/** −1 stands for a dimension that varies. */
type Ports = Readonly<Record<string, readonly [Port['type'], ...number[]]>>;

interface Expected {
  readonly inputs: Ports;
  readonly outputs: Ports;
}

function expectedPorts(graph: GraphName, manifest: Manifest): Expected {
  const expected: Partial<Record<GraphName, Expected>> =
    manifest.architecture === 'blt' ? bltPorts(manifest) : megabytePorts(manifest);
  return expected[graph] as Expected;
}

const ids = ['int64', -1] as const;

/** Adds what every graph with a cache has: cached and new keys and values, [heads, C or rows, head width]. */
function withCache({ layers, heads, width }: StackShape, { inputs, outputs }: Expected): Expected {
  const headWidth = width / heads;
  const perLayer = (ports: Ports) =>
    Object.fromEntries(
      Array.from({ length: layers }, (_, i) =>
        Object.entries(ports).map(([name, port]) => [`${name}_${i}`, port] as const),
      ).flat(),
    );
  const rows = ['float32', heads, -1, headWidth] as const;
  return {
    inputs: {
      ...inputs,
      positions: ['float32', -1],
      mask: ['float32', -1, -1],
      ...perLayer({ past_k: rows, past_v: rows }),
    },
    outputs: { ...outputs, ...perLayer({ k: rows, v: rows }) },
  };
}

function bltPorts({
  stacks,
  hash,
  vocabulary,
  crossAttentionVectors,
}: BltManifest): Record<GraphName<BltManifest>, Expected> {
  const states = ['float32', -1, stacks.encoder.width] as const;
  const cross = ['float32', -1, stacks.decoder.layers, crossAttentionVectors, stacks.decoder.width] as const;
  const logits = ['float32', -1, vocabulary] as const;
  return {
    entropy: withCache(stacks.entropy, { inputs: { ids }, outputs: { logits } }),
    encoder: withCache(stacks.encoder, {
      inputs: { ids, rows: ['int64', -1, hash.sizes.length] },
      outputs: { states },
    }),
    latent: withCache(stacks.latent, {
      inputs: { states: ['float32', -1, -1, stacks.encoder.width], padding: ['float32', -1, -1] },
      outputs: { cross_k: cross, cross_v: cross },
    }),
    decoder: withCache(stacks.decoder, { inputs: { states, cross_k: cross, cross_v: cross }, outputs: { logits } }),
  };
}

function megabytePorts({
  stacks,
  patching,
  vocabulary,
}: MegabyteManifest): Record<GraphName<MegabyteManifest>, Expected> {
  const { bytes } = patching;
  return {
    wide: withCache(stacks.wide, {
      inputs: { ids: ['int64', -1, bytes] },
      outputs: { known: ['float32', -1, stacks.wide.width] },
    }),
    local: {
      inputs: { ids: ['int64', -1, -1], parts: ['float32', -1, -1, stacks.wide.width / bytes] },
      outputs: { logits: ['float32', -1, -1, vocabulary] },
    },
  };
}

/** The ports of the GPU form. docs/architecture.md, "The GPU form". */
function gpuPorts(manifest: BltManifest): Record<GpuGraphName, Expected> {
  const { stacks, hash } = manifest;
  const embedded = ['float32', -1, stacks.encoder.width] as const;
  const cached = (stack: StackShape, { inputs, outputs }: Expected): Expected => {
    const headWidth = stack.width / stack.heads;
    const cache = ['float16', 1, stack.heads, -1, headWidth] as const;
    const perLayer = (prefix: string) =>
      Object.fromEntries(
        Array.from({ length: stack.layers }, (_, i) => ['k', 'v'].map((n) => [`${prefix}${n}_${i}`, cache])).flat(),
      ) as Ports;
    const angles = ['float32', -1, headWidth / 2] as const;
    return {
      inputs: { ...inputs, cos: angles, sin: angles, last: ['int32', 1], total: ['int32', 1], ...perLayer('past_') },
      outputs: { ...outputs, ...perLayer('') },
    };
  };
  const plain = (graph: GraphName<BltManifest>): Expected => {
    const { inputs, outputs } = bltPorts(manifest)[graph];
    const own = (ports: Ports) =>
      Object.fromEntries(
        Object.entries(ports).filter(([name]) => !/^(positions|mask|(past_)?[kv]_\d+)$/.test(name)),
      ) as Ports;
    return { inputs: own(inputs), outputs: own(outputs) };
  };
  return {
    lookup: { inputs: { ids, rows: ['int64', -1, hash.sizes.length] }, outputs: { embedded } },
    entropy: cached(stacks.entropy, plain('entropy')),
    encoder: cached(stacks.encoder, { inputs: { embedded }, outputs: plain('encoder').outputs }),
    latent: cached(stacks.latent, plain('latent')),
    decoder: cached(stacks.decoder, plain('decoder')),
  };
}

/** Inputs and outputs of a session or of what stands for one. */
interface HasPorts {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** As `portProblems`, for a graph of the GPU form. */
export function gpuPortProblems(graph: GpuGraphName, manifest: BltManifest, session: HasPorts): string[] {
  const { inputs, outputs } = gpuPorts(manifest)[graph];
  return [...differences('input', inputs, session.inputs), ...differences('output', outputs, session.outputs)];
}

/** What is wrong with a graph's inputs and outputs, in words; empty if they are as the manifest says. */
export function portProblems(graph: GraphName, manifest: Manifest, session: HasPorts): string[] {
  const { inputs, outputs } = expectedPorts(graph, manifest);
  return [...differences('input', inputs, session.inputs), ...differences('output', outputs, session.outputs)];
}

function differences(kind: string, expected: Ports, actual: readonly Port[]): string[] {
  const found = new Map(actual.map((port) => [port.name, port]));
  const problems: string[] = [];
  for (const [name, [type, ...shape]] of Object.entries(expected)) {
    const port = found.get(name);
    found.delete(name);
    if (port === undefined) problems.push(`${kind} "${name}" is missing`);
    else if (port.type !== type || !fits(shape, port.shape)) {
      problems.push(`${kind} "${name}" is ${port.type} ${text(port.shape)}, but ${type} ${text(shape)} is needed`);
    }
  }
  for (const name of found.keys()) problems.push(`${kind} "${name}" is unknown`);
  return problems;
}

function fits(expected: readonly number[], actual: readonly number[]): boolean {
  return expected.length === actual.length && expected.every((size, i) => actual[i] === size || actual[i] === -1);
}

function text(shape: readonly number[]): string {
  return `[${shape.map((size) => (size === -1 ? '?' : size)).join(', ')}]`;
}
