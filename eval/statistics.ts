/** Intervals and tests, over files: cursors of one file are no independent witnesses. */

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { binomialDistribution, quantileSorted } from 'simple-statistics';

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, that the value is not 0; no smaller than the draws can tell. */
  readonly p: number;
}

/** How often each file is drawn in each bootstrap draw. The same for all measures, so that differences are paired. */
export class Bootstrap {
  readonly #counts: Uint8Array;
  readonly #files: Map<string, number>;

  constructor(
    files: Iterable<string>,
    readonly draws = 10_000,
  ) {
    this.#files = new Map([...new Set(files)].map((file, index) => [file, index]));
    const count = this.#files.size;
    this.#counts = new Uint8Array(draws * count);
    const random = xoroshiro128plus(20_241_212);
    for (let draw = 0; draw < draws; draw++) {
      for (let i = 0; i < count; i++) {
        const at = draw * count + uniformInt(random, 0, count - 1);
        this.#counts[at] = (this.#counts[at] ?? 0) + 1;
      }
    }
  }

  /**
   * The percentile 95 % interval of `value` of the sums of `rows`. A draw without a value (NaN, nothing to divide by)
   * does not count.
   */
  estimate<Row extends readonly number[]>(
    rows: readonly { readonly file: string; readonly values: Row }[],
    value: (sums: Row) => number,
  ): Estimate {
    const width = rows[0]?.values.length ?? 0;
    const count = this.#files.size;
    const perFile = new Float64Array(count * width);
    for (const { file, values } of rows) {
      const at = (this.#files.get(file) ?? 0) * width;
      values.forEach((one, i) => {
        perFile[at + i] = (perFile[at + i] ?? 0) + one;
      });
    }
    const used = [...Array(count).keys()].filter((file) =>
      perFile.subarray(file * width, (file + 1) * width).some(Boolean),
    );
    const sumsOf = (weight: (file: number) => number): Row => {
      const sums = new Array<number>(width).fill(0);
      for (const file of used) {
        const times = weight(file);
        if (times === 0) continue;
        for (let i = 0; i < width; i++) sums[i] = (sums[i] ?? 0) + times * (perFile[file * width + i] ?? 0);
      }
      return sums as unknown as Row;
    };
    const drawn: number[] = [];
    for (let draw = 0; draw < this.draws; draw++) {
      const one = value(sumsOf((file) => this.#counts[draw * count + file] ?? 0));
      if (Number.isFinite(one)) drawn.push(one);
    }
    drawn.sort((a, b) => a - b);
    const below = drawn.filter((one) => one <= 0).length;
    const above = drawn.filter((one) => one >= 0).length;
    const some = drawn.length > 0;
    return {
      value: value(sumsOf(() => 1)),
      low: some ? quantileSorted(drawn, 0.025) : NaN,
      high: some ? quantileSorted(drawn, 0.975) : NaN,
      p: some ? Math.min(1, Math.max(1, 2 * Math.min(below, above)) / drawn.length) : NaN,
    };
  }
}

/** Exact McNemar test, two-sided: `onlyFirst` and `onlySecond` count the items that one of two is right about. */
export function mcNemar(onlyFirst: number, onlySecond: number): number {
  const trials = onlyFirst + onlySecond;
  if (trials === 0) return 1;
  if (trials > 1000) throw new Error('The binomial distribution of so many items is out of the range of numbers.');
  const distribution = binomialDistribution(trials, 0.5) ?? [];
  const tail = distribution.slice(0, Math.min(onlyFirst, onlySecond) + 1).reduce((sum, one) => sum + one, 0);
  return Math.min(1, 2 * tail);
}

/** p values, adjusted for being a family. */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const adjusted = new Array<number>(values.length);
  let most = 0;
  order.forEach((index, rank) => {
    most = Math.max(most, Math.min(1, (values.length - rank) * (values[index] ?? 1)));
    adjusted[index] = most;
  });
  return adjusted;
}
