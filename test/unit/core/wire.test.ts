import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packed, unpacked } from '../../../src/core/wire';

test('what is packed comes out the same, typed arrays bit by bit', () => {
  fc.assert(
    fc.property(fc.float32Array(), fc.uint8Array(), fc.jsonValue(), (floats, bytes, plain) => {
      const out = unpacked(packed({ floats, deep: [{ bytes }], plain })) as {
        floats: Float32Array;
        deep: [{ bytes: Uint8Array }];
        plain: unknown;
      };
      expect(out.floats).toBeInstanceOf(Float32Array);
      expect(new Uint8Array(out.floats.buffer)).toEqual(new Uint8Array(floats.slice().buffer));
      expect(out.deep[0].bytes).toEqual(Uint8Array.from(bytes));
      expect(JSON.stringify(out.plain)).toBe(JSON.stringify(plain));
    }),
  );
});

test('a part of a larger buffer travels alone', () => {
  expect(unpacked(packed(Uint8Array.of(1, 2, 3).subarray(1, 2)))).toEqual(Uint8Array.of(2));
});
