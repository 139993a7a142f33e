/** Numbers and tables as Markdown. */

import type { Estimate } from '../statistics';

export const number = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : '–');
export const percent = (value: number): string => number(100 * value, 1);
export const interval = ({ value, low, high }: Estimate, scale = 100, digits = 1): string =>
  Number.isFinite(value)
    ? `${number(scale * value, digits)} (${number(scale * low, digits)} to ${number(scale * high, digits)})`
    : '–';
export const chance = (p: number): string =>
  Number.isFinite(p) ? (p < 0.001 ? '< .001' : p > 0.9994 ? '1' : p.toFixed(3).slice(1)) : '–';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
