/** Entropies of a file as text: with coloured backgrounds for a terminal, or with marks alone. */
import { rgb } from 'd3-color';
import { interpolateCividis } from 'd3-scale-chromatic';
import type { ChalkInstance } from 'chalk';
import { bandCount, bandOf, bandStartsInBits, bitsPerNat } from '../core/heatMap';
import { boundary, nextState, type Utf8State } from '../core/utf8';
import { summary, type FileEntropies } from './entropy';

const plainMark = '│';
const thinMark = '▏';
const pieceLength = 65_536;

/**
 * The bytes of the file with a mark before each patch start; a start inside of a character is marked before the
 * character. Nothing else is changed, so what is no UTF-8 stays so, except that a terminal is shown pictures of control
 * characters.
 */
export function* markedBytes(
  bytes: Uint8Array,
  { patchStart }: FileEntropies,
  forTerminal: boolean,
): Generator<Uint8Array> {
  const mark = Buffer.from(plainMark);
  let pieces: Uint8Array[] = [];
  let pieceStart = 0;
  for (const { start, end, valid } of characters(bytes)) {
    const startsPatch = patchStart.subarray(start, end).includes(1);
    const isReplaced = forTerminal && isControl(bytes, start, end, valid);
    if (!startsPatch && !isReplaced) continue;
    pieces.push(bytes.subarray(pieceStart, start));
    if (startsPatch) pieces.push(mark);
    if (isReplaced) pieces.push(Buffer.from(picture(bytes[start] ?? 0)));
    pieceStart = isReplaced ? end : start;
    if (pieces.length < pieceLength) continue;
    yield Buffer.concat(pieces);
    pieces = [];
  }
  yield Buffer.concat([...pieces, bytes.subarray(pieceStart)]);
}

/** The text line by line, each character in the colour of its highest entropy, and the legend below. */
export function* colouredText(bytes: Uint8Array, entropies: FileEntropies, chalk: ChalkInstance): Generator<string> {
  const styles = bandStyles(chalk);
  const mark = chalk.dim(thinMark);
  let line = '';
  let run = '';
  let runBand = 0;
  const closeRun = () => {
    if (run) line += styles[runBand]?.(run) ?? run;
    run = '';
  };
  for (const { start, end, valid } of characters(bytes)) {
    const band = bandOf(Math.max(...entropies.nats.subarray(start, end)) * bitsPerNat);
    const startsPatch = entropies.patchStart.subarray(start, end).includes(1);
    if (band !== runBand || startsPatch) closeRun();
    if (startsPatch) line += mark;
    runBand = band;
    if (bytes[start] !== lineFeed) {
      run += isControl(bytes, start, end, valid)
        ? picture(bytes[start] ?? 0)
        : decoder.decode(bytes.subarray(start, end));
      if (line.length + run.length < pieceLength) continue;
    }
    // Colours end at the line's end, or a terminal would paint the rest of the screen's line.
    closeRun();
    if (bytes[start] === lineFeed) line += '\n';
    yield line;
    line = '';
  }
  closeRun();
  if (line) yield line;
  if (bytes.length > 0 && bytes.at(-1) !== lineFeed) yield '\n';
  yield `${legend(entropies, chalk)}\n`;
}

function legend(entropies: FileEntropies, chalk: ChalkInstance): string {
  const bands = bandStyles(chalk).map((style, band) => {
    const [from, to] = [bandStartsInBits[band], bandStartsInBits[band + 1]];
    return style(to === undefined ? ` ${from}+ ` : ` ${from}–${to} `);
  });
  return `\nbits ${bands.join('')}  ${chalk.dim(thinMark)} ${summary(entropies)}`;
}

type Style = (text: string) => string;

/**
 * The lowest band keeps the terminal's own colours, since most bytes are nearly certain. The others go through cividis,
 * which looks the same with and without a colour-vision deficiency, from its blue to its yellow, so that they stand out
 * on dark and light terminals alike.
 */
function bandStyles(chalk: ChalkInstance): Style[] {
  return Array.from({ length: bandCount }, (_, band) => {
    if (band === 0) return String;
    if (chalk.level < 2) return fewColours(chalk)[band - 1] ?? String;
    const background = rgb(interpolateCividis(band / (bandCount - 1)));
    const luminance = 0.2126 * background.r + 0.7152 * background.g + 0.0722 * background.b;
    const readable = luminance > 110 ? chalk.rgb(0, 0, 0) : chalk.rgb(255, 255, 255);
    return readable.bgHex(background.formatHex());
  });
}

/** The same way from blue through grey to yellow with the sixteen colours that every terminal has. */
const fewColours = ({ white, black }: ChalkInstance): Style[] => [
  white.bgBlue,
  white.bgBlackBright,
  black.bgWhite,
  black.bgYellow,
  black.bgYellowBright,
];

interface Character {
  readonly start: number;
  readonly end: number;
  readonly valid: boolean;
}

/** The characters of UTF-8; a byte that is none stands alone. */
export function* characters(bytes: Uint8Array): Generator<Character> {
  let start = 0;
  while (start < bytes.length) {
    let state: Utf8State | undefined = boundary;
    let end = start;
    do state = end < bytes.length ? nextState(state, bytes[end++] ?? 0) : undefined;
    while (state !== undefined && state !== boundary);
    const valid = state !== undefined;
    if (!valid) end = start + 1;
    yield { start, end, valid };
    start = end;
  }
}

const tab = 0x09;
const lineFeed = 0x0a;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A file must not steer the terminal: control characters, those of Latin 1 too, and what is no character at all. */
function isControl(bytes: Uint8Array, start: number, end: number, valid: boolean): boolean {
  const first = bytes[start] ?? 0;
  if (!valid || first === 0x7f || (first < 0x20 && first !== tab && first !== lineFeed)) return true;
  return first === 0xc2 && end === start + 2 && (bytes[start + 1] ?? 0) < 0xa0;
}

function picture(byte: number): string {
  if (byte === 0x7f) return '\u2421';
  return byte < 0x20 ? String.fromCharCode(0x2400 + byte) : '\ufffd';
}
