/** The entropy curve as a drawing for papers and slides: SVG with the threshold, the patch starts and the characters. */
import { glyphs } from './glyphs';
import type { Starts } from './pieces';

export interface Figure {
  readonly title: string;
  readonly bytes: Uint8Array;
  /** Bits, one for each byte. */
  readonly bits: ArrayLike<number>;
  readonly starts: Starts;
  /** Null: patches of a fixed length. */
  readonly thresholdBits: number | null;
}

/** Colours in any notation of CSS. */
export interface FigureColours {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly curve: string;
  readonly threshold: string;
  readonly patch: string;
}

/** Units of the drawing, which are pixels at its natural size. */
const cell = 12;
const left = 44;
const right = 16;
const top = 40;
const plotHeight = 110;
const rowHeight = plotHeight + 46;
/** Bytes in a row; longer texts go on below. */
const rowBytes = 96;

export function entropyFigure({ title, bytes, bits, starts, thresholdBits }: Figure, colours: FigureColours): string {
  const highest = Math.max(1, Math.ceil(Math.max(thresholdBits ?? 0, ...Array.from(bits))));
  const y = (value: number) => plotHeight * (1 - value / highest);
  const characters = glyphs(bytes);
  const rows = Array.from({ length: Math.max(1, Math.ceil(bytes.length / rowBytes)) }, (_, row) => {
    const first = row * rowBytes;
    const count = Math.min(rowBytes, bytes.length - first);
    const x = (index: number) => (index - first + 0.5) * cell;
    const indices = Array.from({ length: count }, (_, i) => first + i);
    const width = count * cell;
    const patches = indices.filter((i) => starts[i]).map((i) => `<path d="M${x(i) - cell / 2} 0V${plotHeight + 20}"/>`);
    const points = indices.map((i) => `${x(i)},${round(y(bits[i] ?? 0))}`);
    const texts = indices
      .filter((i) => characters[i] !== '')
      .map((i) => `<text x="${x(i)}" y="${plotHeight + 15}">${escaped(characters[i] ?? '')}</text>`);
    const ticks = [0, highest / 2, highest].map(
      (value) => `<text x="-6" y="${round(y(value) + 4)}" text-anchor="end">${value}</text>`,
    );
    return [
      `<g transform="translate(${left} ${top + row * rowHeight})">`,
      `<path d="M0 0V${plotHeight}H${width}" fill="none" stroke="${colours.muted}"/>`,
      `<g fill="${colours.muted}" font-size="11">${ticks.join('')}</g>`,
      `<g stroke="${colours.patch}" stroke-dasharray="2 2">${patches.join('')}</g>`,
      thresholdBits === null
        ? ''
        : `<path d="M0 ${round(y(thresholdBits))}H${width}" stroke="${colours.threshold}" stroke-dasharray="6 3"/>`,
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colours.curve}" stroke-width="1.5"/>`,
      `<g fill="${colours.curve}">${points.map((point) => dot(point)).join('')}</g>`,
      `<g fill="${colours.text}" font-size="12" text-anchor="middle" font-family="monospace">${texts.join('')}</g>`,
      '</g>',
    ].join('\n');
  });
  const width = left + right + Math.max(20, Math.min(bytes.length, rowBytes)) * cell;
  const height = top + rows.length * rowHeight;
  const legend = `bits per byte${thresholdBits === null ? '' : `; threshold ${thresholdBits.toFixed(2)} bits`}; a dotted line starts a patch`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="${colours.background}"/>`,
    `<text x="${left}" y="17" fill="${colours.text}" font-size="13">${escaped(title)}</text>`,
    `<text x="${left}" y="31" fill="${colours.muted}" font-size="11">${escaped(legend)}</text>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function dot(point: string): string {
  const [x, y] = point.split(',');
  return `<circle cx="${x}" cy="${y}" r="2"/>`;
}

const round = (value: number) => Math.round(value * 100) / 100;

const escaped = (text: string) =>
  // What XML cannot hold at all has a picture instead of itself by now, but a file name may hold anything.
  text
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
