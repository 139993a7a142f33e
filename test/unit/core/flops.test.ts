import { describe, expect, test } from 'vitest';
import { bltFlops, megabyteFlops, modelSize, type BltSize, type MegabyteSize } from '../../../src/core/flops';
import { parseManifest } from '../../../src/core/manifest';
import shipped from '../../../models/bytewise-small/manifest.json';
import golden from '../../fixtures/golden/flops.json';

const vocabulary = 260;

describe('FLOPs are those of training/flops.py', () => {
  test.each(golden.blt)('BLT $config, $length bytes in $patches patches', (row) => {
    const size: BltSize = { architecture: 'blt', vocabulary, vectors: row.k, stacks: row.stacks };
    const { entropy, local, latent } = bltFlops(size, row.length, row.patches);
    expect(entropy).toBeCloseTo(row.frozen, 0);
    expect((local + latent) / row.trained).toBeCloseTo(1, 12);
  });

  test.each(golden.megabyte)('MEGABYTE $config, $length bytes', (row) => {
    const size: MegabyteSize = {
      architecture: 'megabyte',
      vocabulary,
      patchBytes: row.patch,
      stacks: row.stacks,
    };
    expect(megabyteFlops(size, row.length) / row.flops).toBeCloseTo(1, 12);
  });
});

describe('the sizes of a package', () => {
  const size = (manifest: unknown) => {
    const parsed = parseManifest(JSON.stringify(manifest));
    if ('problems' in parsed) throw new Error(parsed.problems.join());
    return modelSize(parsed.manifest);
  };

  test('are in the manifest of the shipped one', () => {
    expect(size(shipped)).toMatchObject({ architecture: 'blt', vectors: 2, stacks: { latent: { hidden: 704 } } });
  });

  test('are unknown when an older manifest leaves the hidden width out', () => {
    const { hidden: _, ...latent } = shipped.stacks.latent;
    expect(size({ ...shipped, stacks: { ...shipped.stacks, latent } })).toBeUndefined();
  });
});
