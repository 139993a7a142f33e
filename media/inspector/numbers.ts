/** Numbers as they are shown. */
import * as l10n from '@vscode/l10n';
import { bitsPerNat } from '../../src/core/heatMap';

export const toBits = (nats: number): number => nats * bitsPerNat;
export const bits = (nats: number, digits = 2): string => l10n.t('{0} bits', toBits(nats).toFixed(digits));
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const milliseconds = (ms: number): string => `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
export const bytesInWords = (count: number): string =>
  count === 1 ? l10n.t('1 byte') : l10n.t('{0} bytes', whole(count));
export const whole = (value: number): string => value.toLocaleString(document.documentElement.lang);
export const average = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(2));

const prefixes = ['', 'k', 'M', 'G', 'T'];

/** FLOPs with three digits. */
export function flops(value: number): string {
  let size = 0;
  let rest = value;
  while (rest >= 1000 && size < prefixes.length - 1) {
    rest /= 1000;
    size++;
  }
  return `${rest.toPrecision(3)} ${prefixes[size] ?? ''}FLOP`;
}
