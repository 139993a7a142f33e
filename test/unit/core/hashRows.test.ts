import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HashRows, maxHashRows } from '../../../src/core/hashRows';

const prime = 1000000007;

/** The definition, in arithmetic that cannot go wrong. */
function twin(ids: readonly number[], at: number, size: number, rows: number, by: number): number {
  let sum = 0n;
  for (let j = 0; j < size; j++) sum += BigInt(ids[at - size + 1 + j] ?? 0) * BigInt(by) ** BigInt(j);
  const row = BigInt.asIntN(64, sum) % BigInt(rows);
  return Number(row < 0n ? row + BigInt(rows) : row);
}

function rowsOf(hash: HashRows, ids: readonly number[]): number[][] {
  const out = new Int32Array(hash.sizes.length);
  return ids.map((_, at) => {
    hash.write(ids, at, out, 0, 1);
    return [...out].map((row, table) => row - table * hash.rows);
  });
}

describe('hash rows', () => {
  // Hugging Face's rows for "<s>hello" (docs: the reference of this project, computed with torch).
  const hello = [1, ...new TextEncoder().encode('hello')].map((id, i) => (i === 0 ? id : id + 4));
  test.each([
    [3, [443987, 25397, 266194, 386177, 358223, 190185]],
    [4, [437197, 152135, 18458, 126626, 246609, 30240]],
    [8, [172383, 265781, 240974, 110592, 127974, 137413]],
  ])('n-grams of %i bytes of "<s>hello"', (size, expected) => {
    expect(rowsOf(new HashRows([size], 500002, prime), hello).flat()).toEqual(expected);
  });

  test('two limbs of 32 bits are as good as BigInt', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });
    const ids = fc.array(fc.oneof(fc.nat(259), fc.constantFrom(0, 259)), { minLength: 1, maxLength: 20 });
    const rows = fc.oneof(fc.integer({ min: 1, max: maxHashRows }), fc.constantFrom(1, 503, 10007, maxHashRows));
    const primes = fc.oneof(fc.constant(prime), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
    fc.assert(
      fc.property(sizes, ids, rows, primes, (sizes, ids, rows, prime) => {
        const expected = ids.map((_, at) => sizes.map((size) => twin(ids, at, size, rows, prime)));
        expect(rowsOf(new HashRows(sizes, rows, prime), ids)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test('rows of neighbouring tables and bytes go where they are told', () => {
    const out = new Int32Array(8).fill(-1);
    new HashRows([1, 2], 10, prime).write([3], 0, out, 2, 2);
    expect([...out]).toEqual([-1, -1, 3, -1, 10 + ((3 * prime) % 10), -1, -1, -1]);
  });
});
