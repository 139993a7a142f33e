/**
 * What a forward pass costs, counted as `training/flops.py` counts: a multiplication with its addition is 2 FLOPs; matrix products
 * and attention (scores and weighted sum, over the positions that are seen) count; look-ups, norms, softmax and the like do not.
 * A golden test holds the two together.
 */
import type { Manifest, StackShape } from './manifest';

export interface StackSize extends Pick<StackShape, 'width' | 'layers' | 'window'> {
  readonly hidden: number;
}

/** Sizes of a BLT: `vectors` is k, the number of latent vectors that a byte reads. */
export interface BltSize {
  readonly architecture: 'blt';
  readonly vocabulary: number;
  readonly vectors: number;
  readonly stacks: Readonly<Record<'entropy' | 'encoder' | 'latent' | 'decoder', StackSize>>;
}

/** Sizes of a MEGABYTE with patches of `patchBytes`. */
export interface MegabyteSize {
  readonly architecture: 'megabyte';
  readonly vocabulary: number;
  readonly patchBytes: number;
  readonly stacks: Readonly<Record<'wide' | 'local', StackSize>>;
}

export type ModelSize = BltSize | MegabyteSize;

/** The sizes of a package; undefined if its manifest leaves out the width of the feed-forward layers. */
export function modelSize(manifest: Manifest): ModelSize | undefined {
  const { vocabulary } = manifest;
  if (manifest.architecture === 'megabyte') {
    const { wide, local } = manifest.stacks;
    if (!hasHidden(wide) || !hasHidden(local)) return undefined;
    return { architecture: 'megabyte', vocabulary, patchBytes: manifest.patching.bytes, stacks: { wide, local } };
  }
  const { entropy, encoder, latent, decoder } = manifest.stacks;
  if (!hasHidden(entropy) || !hasHidden(encoder) || !hasHidden(latent) || !hasHidden(decoder)) return undefined;
  const stacks = { entropy, encoder, latent, decoder };
  return { architecture: 'blt', vocabulary, vectors: manifest.crossAttentionVectors, stacks };
}

const hasHidden = (stack: StackShape): stack is StackShape & { hidden: number } => stack.hidden !== undefined;

/** FLOPs of the parts of a BLT over one row. */
export interface BltFlops {
  /** The entropy model; patches of another rule do without. */
  readonly entropy: number;
  /** Encoder, pooling, what reads the latent vectors, and the decoder. */
  readonly local: number;
  readonly latent: number;
}

/** A row of `length` bytes in `patches` patches; both may be averages. */
export function bltFlops({ vocabulary, vectors: k, stacks }: BltSize, length: number, patches: number): BltFlops {
  const { entropy, encoder, latent, decoder } = stacks;
  const pool =
    product(patches, encoder.width, k * encoder.width) +
    crossAttention(patches * k, length, length * k, encoder.width) +
    (k * encoder.width === latent.width ? 0 : product(patches, k * encoder.width, latent.width));
  const read =
    product(patches, latent.width, k * decoder.width) +
    decoder.layers * crossAttention(length, patches * k, length * k, decoder.width);
  return {
    entropy: layers(entropy, length) + product(length, entropy.width, vocabulary),
    local: layers(encoder, length) + layers(decoder, length) + pool + read + product(length, decoder.width, vocabulary),
    latent: layers(latent, patches),
  };
}

/** A row of `length` bytes, BOS among them. */
export function megabyteFlops({ vocabulary, patchBytes, stacks }: MegabyteSize, length: number): number {
  const { wide, local } = stacks;
  const patches = Math.floor(length / patchBytes) + 1;
  const part = Math.floor(wide.width / patchBytes);
  return (
    layers(wide, patches) +
    product(length, part, local.width) +
    patches * layers(local, patchBytes) +
    product(length, local.width, vocabulary)
  );
}

/** Keys that a query sees, on average over a row of `length` positions. */
function seen(length: number, window: number | null): number {
  if (window === null || window >= length) return (length + 1) / 2;
  return window - (window * (window - 1)) / (2 * length);
}

/** A stack over a row of `length` positions. */
function layers({ width, layers, hidden, window }: StackSize, length: number): number {
  const matrices = 4 * width ** 2 + 3 * width * hidden;
  return length * layers * (2 * matrices + 4 * width * seen(length, window));
}

const product = (positions: number, inputs: number, outputs: number) => 2 * positions * inputs * outputs;

/** Four projections, and scores and sums over the pairs that see each other. */
const crossAttention = (queries: number, sources: number, pairs: number, width: number) =>
  product(2 * (queries + sources), width, width) + product(2 * pairs, 1, width);
