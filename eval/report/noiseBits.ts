/** What noise costs in bits: says more than exact matches where few answers are exact. */

import { noisy } from '../conditions';
import type { Evaluation, Results } from '../results';
import type { Measures } from './measures';
import { interval, table } from './tables';

export function noiseBits({ results, noisyItems }: Evaluation, measures: Measures): string {
  const { ours, others, under, pairs, bitsPerByte, moreBits, bitsDifference, moreBitsDifference } = measures;
  const scored = results.filter((one) => Number.isFinite(bitsPerByte(under(one, 'clean')).value));
  const against = others.filter((other) => other.role === 'baseline' && scored.includes(other));
  if (scored.length === 0) return '';
  const cleanOf = (one: Results) => under(one, 'clean').filter(({ item }) => noisyItems.has(item));
  const used = noisy.filter(({ id }) => scored.some((one) => under(one, id).length > 0));
  const rows = [
    ['clean', ...scored.map((one) => interval(bitsPerByte(cleanOf(one)), 1, 2))],
    ...used.map(({ id }) => [
      id,
      ...scored.map((one) => {
        const own = pairs(one, id);
        if (own.length === 0) return '–';
        const absolute = bitsPerByte(own.map(({ after }) => after)).value.toFixed(2);
        return `${absolute}; ${interval(moreBits(own), 1, 3)}`;
      }),
    ]),
  ];
  const comparisons = against.map((other) => {
    const rows = ['clean', ...used.map(({ id }) => id)].map((id) => [
      id,
      interval(bitsDifference(other, id), 1, 2),
      id === 'clean' ? '–' : interval(moreBitsDifference(other, id), 1, 3),
    ]);
    return `${ours.name} minus ${other.name} on the same items, negative where ${ours.name} is better:\n\n${table(
      ['', 'bits per byte (95 %)', 'what the noise adds (95 %)'],
      rows,
    )}\n`;
  });
  return `### Noise in bits

Bits per byte of the target; under noise also what it adds on the same items, with 95 % intervals.

${table(['', ...scored.map(({ name }) => name)], rows)}

${comparisons.join('\n')}`;
}
