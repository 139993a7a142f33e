import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entropyFigure } from '../../../src/core/entropyFigure';

const colours = {
  background: '#fff',
  text: '#000',
  muted: '#777',
  curve: '#00f',
  threshold: '#f00',
  patch: '#fa0',
};
const figure = (text: string, thresholdBits: number | null = 3) => {
  const bytes = new TextEncoder().encode(text);
  return entropyFigure(
    {
      title: 'a <b> & "c"',
      bytes,
      bits: Float32Array.from(bytes, (_, i) => i % 5),
      starts: Uint8Array.from(bytes, (_, i) => (i % 3 === 0 ? 1 : 0)),
      thresholdBits,
    },
    colours,
  );
};

test('has a point for each byte, a line for each patch, a threshold, and the characters', () => {
  const svg = figure('let ö = 1;\n');
  expect(svg.match(/<circle /g)).toHaveLength(12);
  expect(svg.match(/V130"\/>/g)).toHaveLength(4);
  expect(svg).toContain('stroke-dasharray="6 3"');
  for (const character of ['ö', '␣', '⏎', '=']) expect(svg).toContain(`>${character}</text>`);
  expect(svg).toContain('<title>a &lt;b&gt; &amp; "c"</title>');
});

test('patches of a fixed length have no threshold', () => {
  expect(figure('abc', null)).not.toContain('stroke-dasharray="6 3"');
});

test('a long text goes on in further rows', () => {
  expect(figure('x'.repeat(200)).match(/<polyline/g)).toHaveLength(3);
});

test('is XML whatever it shows', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
      const svg = figure(text);
      // eslint-disable-next-line no-control-regex
      expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
      expect(svg.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    }),
    { numRuns: 25 },
  );
});
