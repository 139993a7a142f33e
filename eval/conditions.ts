/** The ways in which the text before a cursor is changed. Rates and names are those of the protocol. */

import type { Item } from './data';
import { midWordTypo, oneTypo, reformat, typos } from './noise';

export interface Condition {
  readonly id: string;
  readonly label: string;
  /** Undefined where it does not apply. `seed` is the whole seed string. */
  readonly noise: (item: Item, seed: string) => string | undefined;
  /** The parameter in the seed string. */
  readonly rate: string;
  /** Which white space does not count when this is scored. */
  readonly blind?: 'newline' | 'leading';
}

const format = (id: string, label: string, name: Parameters<typeof reformat>[3], share?: number): Condition => ({
  id,
  label,
  rate: String(share ?? 1),
  noise: ({ prefix, file }, seed) =>
    reformat(prefix, file.language, seed, name, { ...(share !== undefined && { share }) }),
});

const typosAt = (rate: number): Condition => ({
  id: `T-MIX ${100 * rate} %`,
  label: `typos in ${100 * rate} % of the letters`,
  rate: String(rate),
  noise: ({ prefix, file }, seed) => typos(prefix, file.language, seed, { rate, classes: 'icsx' }).text,
});

export const clean: Condition = { id: 'clean', label: 'clean', rate: '0', noise: ({ prefix }) => prefix };

export const noisy: readonly Condition[] = [
  {
    id: 'T-ONE',
    label: 'one typo in the last two lines',
    rate: '1',
    noise: ({ prefix, file }, seed) => oneTypo(prefix, file.language, seed).text,
  },
  typosAt(0.03),
  typosAt(0.08),
  {
    id: 'T-MIDWORD',
    label: 'a typo in the word being typed',
    rate: '1',
    noise: ({ prefix, kind }, seed) => (kind === 'mid_word' ? midWordTypo(prefix, seed).text : undefined),
  },
  { ...format('F-TAB', 'tabs for spaces, or spaces for tabs', 'tab_indent'), blind: 'newline' },
  { ...format('F-WIDTH', 'another width of indentation', 'indent_width'), blind: 'newline' },
  format('F-OPSP .5', 'odd spaces at half of the operators', 'op_spacing', 0.5),
  format('F-CRLFMIX', 'CRLF at half of the line ends', 'crlf_mixed', 0.5),
  format('F-UNI', 'Unicode look-alikes of quotes and spaces', 'unicode', 0.1),
];

/** One space is typed already. */
export const cursorSpace: Condition = {
  ...format('F-CURSP', 'one space typed before the cursor', 'cursor_space'),
  blind: 'leading',
};

export const noisyPrefix = (condition: Condition, item: Item, seed = 0): string | undefined =>
  condition.noise(item, `noise-v1|${condition.id.split(' ')[0] ?? ''}|${condition.rate}|${seed}|${item.place}`);
