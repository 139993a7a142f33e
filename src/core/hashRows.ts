/**
 * Rows of the hash n-gram table (BLT paper, section 3.2.1). The n-gram of a byte ends with that byte; what would lie before
 * the text counts as id 0. Hash: the sum of id · prime^j in wrapping int64, j = 0 for the oldest byte; row: its floored
 * modulo, plus the table's offset. There is one table per n-gram size, one after the other.
 */

/** Beyond this many rows per table the arithmetic below would leave the integers that a double holds exactly. */
export const maxHashRows = 2 ** 26;

const two32 = 2 ** 32;

export class HashRows {
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(
    readonly sizes: readonly number[],
    readonly rows: number,
    prime: number,
  ) {
    // prime^j mod 2^64 in two limbs of 32 bits. An id has 9 bits, so sums of products of a limb stay far below 2^53.
    const powers = Array.from({ length: Math.max(...sizes) }, (_, j) => BigInt.asUintN(64, BigInt(prime) ** BigInt(j)));
    this.#low = Float64Array.from(powers, (power) => Number(power & 0xffffffffn));
    this.#high = Float64Array.from(powers, (power) => Number(power >> 32n));
  }

  /** Writes the rows of byte `at` to out[outAt], out[outAt + stride], …; one for each size. */
  write(ids: ArrayLike<number>, at: number, out: Int32Array, outAt: number, stride: number): void {
    for (let table = 0; table < this.sizes.length; table++) {
      const oldest = at - (this.sizes[table] as number) + 1;
      let low = 0;
      let high = 0;
      for (let i = Math.max(0, oldest); i <= at; i++) {
        const id = ids[i] as number;
        low += id * (this.#low[i - oldest] as number);
        high += id * (this.#high[i - oldest] as number);
      }
      high = (high + Math.floor(low / two32)) % two32;
      const signed = high >= two32 / 2 ? high - two32 : high;
      const row = (((signed % this.rows) * (two32 % this.rows) + (low % two32)) % this.rows) + this.rows;
      out[outAt + table * stride] = (row % this.rows) + table * this.rows;
    }
  }
}
