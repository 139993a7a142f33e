import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../src/core/manifest';

const graph = (file: string) => ({ file, bytes: 10, sha256: 'ab'.repeat(32) });
const stack = { width: 128, layers: 2, heads: 4, window: 256 as number | null };
const good = {
  format: 1,
  name: 'small',
  version: '0.1.0',
  architecture: 'blt',
  licence: 'MIT',
  description: 'A model.',
  vocabulary: 260,
  idOffset: 4,
  bos: 1,
  sentinels: { path: 251, suffix: 252, prefix: 253, end: 254 } as object | null,
  patching: { rule: 'entropy-threshold', thresholdNats: 1.33 },
  context: { maxBytes: 2048, maxSuffixBytes: 256, maxPathBytes: 48 },
  hash: { sizes: [3, 4, 5, 6, 7, 8], rows: 10007, prime: 1000000007 },
  crossAttentionVectors: 2,
  stacks: { entropy: stack, encoder: stack, latent: { ...stack, width: 256, window: null }, decoder: stack },
  graphs: { entropy: graph('a.onnx'), encoder: graph('b.onnx'), latent: graph('c.onnx'), decoder: graph('d.onnx') },
  training: { anything: [1, 2] },
};

const problems = (value: unknown) => {
  const parsed = parseManifest(typeof value === 'string' ? value : JSON.stringify(value));
  return 'problems' in parsed ? parsed.problems.join('\n') : '';
};

describe('a manifest', () => {
  test('that is good has no problems, with or without sentinels', () => {
    expect(problems(good)).toBe('');
    expect(problems({ ...good, sentinels: null, licence: undefined })).toBe('');
  });

  const bad: [what: string, value: unknown, says: RegExp][] = [
    ['no JSON', '{', /not JSON/],
    ['no object', '42', /expected Object/i],
    ['a newer format', { ...good, format: 2 }, /"format": .*format 1/],
    ['another architecture', { ...good, architecture: 'gpt' }, /"architecture"/],
    ['a text for a number', { ...good, vocabulary: '260' }, /"vocabulary": .*number/],
    ['a missing entry', { ...good, hash: { ...good.hash, prime: undefined } }, /"hash\.prime"/],
    [
      'a sentinel that is text',
      { ...good, sentinels: { path: 251, suffix: 252, prefix: 65, end: 254 } },
      /"sentinels\.prefix"/,
    ],
    [
      'a threshold that is no number',
      { ...good, patching: { ...good.patching, thresholdNats: null } },
      /thresholdNats/,
    ],
    [
      'heads that do not divide the width',
      { ...good, stacks: { ...good.stacks, latent: { ...stack, heads: 3 } } },
      /"stacks\.latent"/,
    ],
    [
      'stacks that do not fit',
      { ...good, stacks: { ...good.stacks, encoder: { ...stack, width: 64 } } },
      /encoder\.width/,
    ],
    [
      'a path to elsewhere',
      { ...good, graphs: { ...good.graphs, latent: graph('../c.onnx') } },
      /"graphs\.latent\.file"/,
    ],
    [
      'a cut hash',
      { ...good, graphs: { ...good.graphs, decoder: { ...graph('d'), sha256: 'abc' } } },
      /"graphs\.decoder\.sha256"/,
    ],
    [
      'no room for the prefix',
      { ...good, context: { maxBytes: 300, maxSuffixBytes: 256, maxPathBytes: 48 } },
      /prefix/,
    ],
    ['too few ids', { ...good, vocabulary: 256 }, /vocabulary/],
  ];
  test.each(bad)('with %s has a problem that quotes the name', (_what, value, says) => {
    expect(problems(value)).toMatch(says);
  });

  describe('of a MEGABYTE', () => {
    const wide = { ...stack, window: null };
    const megabyte = {
      ...good,
      architecture: 'megabyte',
      patching: { rule: 'fixed', bytes: 4 },
      stacks: { wide, local: wide },
      graphs: { wide: graph('wide.onnx'), local: graph('local.onnx') },
    };
    test('has its own stacks and graphs', () => {
      expect(problems(megabyte)).toBe('');
      expect(problems({ ...megabyte, graphs: good.graphs })).toMatch(/"graphs\.wide"/);
      expect(problems({ ...good, stacks: megabyte.stacks })).toMatch(/"stacks\.entropy"/);
    });
    test('needs a width that patches divide', () => {
      expect(problems({ ...megabyte, patching: { rule: 'fixed', bytes: 3 } })).toMatch(/patching\.bytes/);
      expect(problems({ ...megabyte, patching: good.patching })).toMatch(/"patching\.rule"/);
    });
  });

  test('has all its problems told at once', () => {
    expect(problems({ ...good, bos: 'x', crossAttentionVectors: 0 }).split('\n')).toHaveLength(2);
  });
});

test('refuses a mixer whose layers do not fit together', () => {
  const file = new URL('../../../models/bytewise-small/manifest.json', import.meta.url);
  const whole = JSON.parse(readFileSync(file, 'utf8')) as { copying: { mixer: { outputWeights: number[] } } };
  expect(parseManifest(JSON.stringify(whole))).toHaveProperty('manifest');
  whole.copying.mixer.outputWeights.pop();
  expect(JSON.stringify(parseManifest(JSON.stringify(whole)))).toContain('the layers of the mixer do not fit together');
});
