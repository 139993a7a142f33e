import { describe, expect, test } from 'vitest';
import { likeliestByte } from '../../../src/core/sampler';
import { stateAfter } from '../../../src/core/utf8';

const end = 0xfe;

/** Logits in which the named bytes lead, the first most of all. */
function leading(...bytes: number[]): Float32Array {
  const logits = new Float32Array(260).fill(-5);
  bytes.forEach((byte, i) => (logits[byte + 4] = 20 - i));
  return logits;
}

describe('the likeliest byte', () => {
  const choose = (logits: Float32Array, before: number[], sentinel: number | undefined = end) =>
    likeliestByte(logits, 0, 4, stateAfter(Uint8Array.from(before)), sentinel);

  test('is the largest logit', () => {
    expect(choose(leading(0x61, 0x62), [])).toBe(0x61);
  });

  test('is never a special id', () => {
    const logits = leading(0x61);
    logits.fill(99, 0, 4);
    expect(choose(logits, [])).toBe(0x61);
  });

  test('goes on with a character that is open, and with nothing else', () => {
    expect(choose(leading(end, 0x61, 0x9f, 0xa0), [0xe0])).toBe(0xa0);
    expect(choose(leading(0x80, 0xf5, 0xc0, 0xc3), [])).toBe(0xc3);
  });

  test('may be the end, but only between characters and if there is an end', () => {
    expect(choose(leading(end, 0x61), [])).toBe(end);
    expect(choose(leading(end, 0x80), [0xc3])).toBe(0x80);
    expect(likeliestByte(leading(end, 0x61), 0, 4, 0, undefined)).toBe(0x61);
  });

  test('is no other sentinel', () => {
    expect(choose(leading(0xfb, 0xfc, 0xfd, 0x61), [])).toBe(0x61);
  });

  test('does not exist if there are no numbers', () => {
    expect(choose(new Float32Array(260).fill(NaN), [])).toBe(-1);
  });

  test('reads the row that it is given', () => {
    const rows = new Float32Array([...leading(0x61), ...leading(0x62)]);
    expect(likeliestByte(rows, 260, 4, 0, end)).toBe(0x62);
  });
});
