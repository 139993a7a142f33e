/** The shape of manifest.json, the description of a model package. Parsing gives a value or the problems it has. */

import * as v from 'valibot';
import { maxHashRows } from './hashRows';
import { mixerFeatures } from './mixer';

const whole = (from: number, to = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to));
const byteValue = whole(0, 255);

const Stack = v.pipe(
  v.object({
    width: whole(1),
    layers: whole(1),
    heads: whole(1),
    /** Width of the feed-forward layers; older packages do not tell. No run needs it, but what a run costs does. */
    hidden: v.optional(whole(1)),
    /** Positions that a position sees, itself included; null: all before it. */
    window: v.nullable(whole(1)),
  }),
  v.check((stack) => stack.width % stack.heads === 0, 'the width is no multiple of the number of heads'),
);

const Graph = v.object({
  // A plain name: a package cannot point outside its folder.
  file: v.pipe(v.string(), v.regex(/^[\w-][\w.-]*$/, 'is no plain file name')),
  bytes: whole(1),
  /** Bytes of the matrices that each run reads, as they lie in memory; what a run cannot be faster than. */
  weightBytes: v.optional(whole(0)),
  /** Threads that a run pays for on an idle CPU; one unless given. */
  threads: v.optional(whole(1, 256)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in lower-case hexadecimal digits')),
});

/** `weightsIn`: the file of the CPU form whose bytes this graph points to for its weights, with the SHA-256 that it had then. */
const GpuGraph = v.object({ ...Graph.entries, weightsIn: Graph.entries.file, weightsSha256: Graph.entries.sha256 });

const rotaryBase = v.pipe(v.number(), v.finite(), v.gtValue(1));

/** Byte values that never occur in UTF-8, so text cannot be mistaken for them. */
const sentinel = v.pipe(
  byteValue,
  v.check((value) => value === 0xc0 || value === 0xc1 || value >= 0xf5, 'this byte value occurs in UTF-8'),
);

const lowerEnds = v.pipe(v.array(v.pipe(v.number(), v.minValue(0))), v.nonEmpty());
const positives = v.pipe(v.array(v.pipe(v.number(), v.finite(), v.gtValue(0))), v.nonEmpty());

const finite = v.pipe(v.number(), v.finite());

/** Weights of core/mixer.ts (training/mixer.py). */
const Mixer = v.pipe(
  v.object({
    likeliest: whole(1, 16),
    /** [hidden, mixerFeatures] */
    hiddenWeights: v.array(v.pipe(v.array(finite), v.length(mixerFeatures))),
    hiddenBiases: v.pipe(v.array(finite), v.nonEmpty()),
    outputWeights: v.array(finite),
    outputBias: finite,
  }),
  v.check(
    ({ hiddenWeights, hiddenBiases, outputWeights }) =>
      hiddenWeights.length === hiddenBiases.length && outputWeights.length === hiddenBiases.length,
    'the layers of the mixer do not fit together',
  ),
);

/** Weights of copying (training/copying.py): one weight for each class, which goes from its lower end to the next one. */
const Copying = v.pipe(
  v.object({
    most: whole(1, 255),
    penalty: whole(0, 255),
    warmUpBytes: whole(1, 4096),
    shortestRun: whole(1, 255),
    lowestScore: whole(1, 255),
    runs: lowerEnds,
    runWeights: positives,
    wholeWordRunWeights: positives,
    scores: lowerEnds,
    scoreWeights: positives,
    distances: lowerEnds,
    distanceWeights: positives,
    /** Of runs in other files (training/elsewhere.py); without them, nothing is copied from there. */
    elsewhereRunWeights: v.optional(positives),
    elsewhereWholeWordRunWeights: v.optional(positives),
    entropiesNats: lowerEnds,
    trust: positives,
    mixer: v.optional(Mixer),
  }),
  v.check(
    (copying) =>
      copying.runs.length === copying.runWeights.length &&
      copying.runs.length === copying.wholeWordRunWeights.length &&
      copying.elsewhereRunWeights?.length === copying.elsewhereWholeWordRunWeights?.length &&
      copying.runs.length === (copying.elsewhereRunWeights?.length ?? copying.runs.length) &&
      copying.distances.length === copying.distanceWeights.length &&
      copying.scores.length === copying.scoreWeights.length &&
      copying.entropiesNats.length === copying.trust.length,
    'there is not one weight for each class',
  ),
);

/** What every model that reads and writes bytes has. */
const shared = {
  format: v.literal(1, 'this version of Bytewise reads format 1'),
  name: v.pipe(v.string(), v.nonEmpty()),
  version: v.string(),
  licence: v.optional(v.string()),
  description: v.optional(v.string()),
  vocabulary: whole(256),
  idOffset: whole(0),
  bos: whole(0),
  sentinels: v.nullable(v.object({ path: sentinel, suffix: sentinel, prefix: sentinel, end: sentinel })),
  context: v.object({
    /** Ids of a whole prompt and of what is generated after it. */
    maxBytes: whole(64),
    maxSuffixBytes: whole(0),
    maxPathBytes: whole(0),
  }),
  copying: v.optional(Copying),
};

const Blt = v.object({
  ...shared,
  architecture: v.literal('blt'),
  patching: v.object({ rule: v.literal('entropy-threshold'), thresholdNats: v.pipe(v.number(), v.finite()) }),
  hash: v.object({
    sizes: v.pipe(v.array(whole(1, 64)), v.nonEmpty()),
    rows: whole(1, maxHashRows),
    prime: whole(1),
  }),
  /** k, the number of latent vectors that a byte reads. */
  crossAttentionVectors: whole(1),
  stacks: v.object({ entropy: Stack, encoder: Stack, latent: Stack, decoder: Stack }),
  graphs: v.object({ entropy: Graph, encoder: Graph, latent: Graph, decoder: Graph }),
  /** The form for GPUs, if the package has one. */
  gpu: v.optional(
    v.object({
      /** The base of the rotary frequencies of each stack. */
      rotaryBases: v.object({ entropy: rotaryBase, encoder: rotaryBase, latent: rotaryBase, decoder: rotaryBase }),
      graphs: v.object({
        lookup: GpuGraph,
        entropy: GpuGraph,
        encoder: GpuGraph,
        latent: GpuGraph,
        decoder: GpuGraph,
      }),
    }),
  ),
});

/** Patches of a fixed length: a wide transformer over patches, a local one within the running patch (arXiv 2305.07185). */
const Megabyte = v.object({
  ...shared,
  architecture: v.literal('megabyte'),
  patching: v.object({ rule: v.literal('fixed'), bytes: whole(2, 64) }),
  stacks: v.object({ wide: Stack, local: Stack }),
  graphs: v.object({ wide: Graph, local: Graph }),
});

const Manifest = v.pipe(
  v.variant('architecture', [Blt, Megabyte]),
  v.check((manifest) => manifest.idOffset + 256 <= manifest.vocabulary, 'idOffset + 256 is more than the vocabulary'),
  v.check((manifest) => manifest.bos < manifest.vocabulary, 'bos is outside the vocabulary'),
  v.check(
    ({ context, sentinels }) =>
      sentinels === null || 4 * (context.maxSuffixBytes + context.maxPathBytes) <= 3 * context.maxBytes,
    'context.maxSuffixBytes and context.maxPathBytes leave less than a quarter of context.maxBytes to the prefix',
  ),
  v.check(
    (manifest) => manifest.architecture !== 'blt' || manifest.stacks.encoder.width === manifest.stacks.decoder.width,
    'stacks.encoder.width and stacks.decoder.width differ, but the decoder goes on with the states of the encoder',
  ),
  v.check(
    (manifest) => manifest.architecture !== 'megabyte' || manifest.stacks.wide.width % manifest.patching.bytes === 0,
    'stacks.wide.width is no multiple of patching.bytes',
  ),
);

export type Manifest = v.InferOutput<typeof Manifest>;
export type BltManifest = v.InferOutput<typeof Blt>;
export type MegabyteManifest = v.InferOutput<typeof Megabyte>;
export type StackShape = v.InferOutput<typeof Stack>;
export type Sentinels = NonNullable<Manifest['sentinels']>;

/** Names of the graphs of an architecture; of any, for a manifest of any. */
export type GraphName<Of extends Manifest = Manifest> = Of extends Manifest ? keyof Of['graphs'] : never;
type GraphEntry = v.InferOutput<typeof Graph>;

/** What a package says of its form for GPUs. */
export type GpuForm = NonNullable<BltManifest['gpu']>;
export type GpuGraphName = keyof GpuForm['graphs'];

/** The graphs by their names, in the order of their architecture. */
export function graphEntries({ graphs }: Manifest): [GraphName, GraphEntry][] {
  return Object.entries(graphs) as [GraphName, GraphEntry][];
}

/** In nats; null where entropies have no say in where patches start. */
export function thresholdNats({ patching }: Manifest): number | null {
  return patching.rule === 'entropy-threshold' ? patching.thresholdNats : null;
}

export type Parsed = { readonly manifest: Manifest } | { readonly problems: readonly string[] };

/** Parses the text of manifest.json. Each problem quotes the name of the entry that it is about. */
export function parseManifest(text: string): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    return { problems: [`it is not JSON (${reason})`] };
  }
  const result = v.safeParse(Manifest, json);
  if (result.success) return { manifest: result.output };
  return {
    problems: result.issues.map((issue) => {
      const name = v.getDotPath(issue);
      return name === null ? issue.message : `"${name}": ${issue.message}`;
    }),
  };
}

/** The first few problems in one sentence. */
export function inShort(problems: readonly string[]): string {
  const more = problems.length - 3;
  return more > 0 ? `${problems.slice(0, 3).join('; ')}; and ${more} more` : problems.join('; ');
}
