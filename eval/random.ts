/** The draws of the noise protocol: splitmix64, seeded with the first eight bytes of the SHA-256 of a string. */

import { createHash } from 'node:crypto';

const mask = (1n << 64n) - 1n;

export class Random {
  #state: bigint;

  constructor(seed: string) {
    this.#state = createHash('sha256').update(seed).digest().readBigUInt64BE(0);
  }

  /** Uniform in [0, 1), with 53 bits. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b97f4a7c15n) & mask;
    let z = this.#state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53;
  }

  /** An integer from 0 up to but without `count`. */
  below(count: number): number {
    return Math.trunc(this.next() * count);
  }

  pick<Item>(items: ArrayLike<Item>): Item {
    return items[this.below(items.length)] as Item;
  }
}
