/** What the entropy model makes of one character, as Markdown for a hover. */
import { candidatesPerByte, type ByteOffset, type Measurement } from './engine';
import { byteOffset, decodeUtf8, type Utf8Text } from './bytes';
import { bitsPerNat } from './heatMap';

/** The hover for the character that a byte belongs to; nothing when the measurement does not reach it. */
export function byteHover(text: Utf8Text, measurement: Measurement, place: ByteOffset): string | undefined {
  const character = text.characterAt(place);
  const first = character.start - measurement.start;
  const last = character.end - 1 - measurement.start;
  if (first < 0 || last >= measurement.entropyNats.length) return undefined;

  const rows: string[] = [];
  for (let index = first; index <= last; index++) {
    const byte = text.bytes[measurement.start + index] ?? 0;
    const entropy = bits(measurement.entropyNats[index]);
    rows.push(`| ${byteName(byte)} | ${entropy} | ${bits(measurement.surprisalNats[index])} |`);
  }
  const glyph = last > first ? ` ${code(decodeUtf8(text.bytes.subarray(character.start, character.end)))}` : '';
  return [
    ['| byte' + glyph + ' | entropy | surprisal |', '|:--|--:|--:|', ...rows].join('\n'),
    patchLine(text, measurement, first),
    ['| most likely here | probability |', '|:--|--:|', ...candidateRows(text, measurement, first)].join('\n'),
  ].join('\n\n');
}

const bits = (nats = 0) => `${(nats * bitsPerNat).toFixed(2)} bits`;

function candidateRows(text: Utf8Text, measurement: Measurement, index: number): string[] {
  const actual = text.bytes[measurement.start + index];
  const rows: string[] = [];
  for (let rank = 0; rank < candidatesPerByte; rank++) {
    const byte = measurement.candidateBytes[index * candidatesPerByte + rank] ?? 0;
    const probability = measurement.candidateProbabilities[index * candidatesPerByte + rank] ?? 0;
    // The mark in words, because a hover has no colours that say the same in every theme.
    const mark = byte === actual ? ' ← stands here' : '';
    rows.push(`| ${byteName(byte)}${mark} | ${(probability * 100).toFixed(1)} % |`);
  }
  return rows;
}

/** The patch around a byte, as far as the measurement reaches. */
function patchLine(text: Utf8Text, { start, patchStart, thresholdNats }: Measurement, index: number): string {
  let from = index;
  while (from > 0 && !patchStart[from]) from--;
  let to = index + 1;
  while (to < patchStart.length && !patchStart[to]) to++;
  const startIsKnown = Boolean(patchStart[from]);
  const endIsKnown = to < patchStart.length || start + to >= text.bytes.length;
  const length = `${startIsKnown && endIsKnown ? '' : 'at least '}${to - from} byte${to - from === 1 ? '' : 's'}`;
  const patch = decodeUtf8(text.bytes.subarray(byteOffset(start + from), start + to));
  return `Patch ${code(patch)}, ${length}${thresholdNats === null ? '' : ` (a patch starts above ${bits(thresholdNats)})`}`;
}

const names: Readonly<Record<number, string>> = {
  0x09: 'tab',
  0x0a: 'line feed',
  0x0d: 'carriage return',
  0x20: 'space',
};

/** A byte in hexadecimal and, where it is a character by itself, as that. */
export function byteName(byte: number): string {
  const hex = `\`${byte.toString(16).toUpperCase().padStart(2, '0')}\``;
  const name = names[byte];
  if (name) return `${hex} ${name}`;
  return byte > 0x20 && byte < 0x7f ? `${hex} ${code(String.fromCharCode(byte))}` : hex;
}

const longestCode = 60;

/** Text as inline code in a table cell, with its white space made visible. */
export function code(text: string): string {
  const visible = text.replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll(' ', '·').replaceAll('|', '\\|');
  const cut = Array.from(visible);
  const short = cut.length > longestCode ? `${cut.slice(0, longestCode).join('')}…` : visible;
  return short.includes('`') ? `\`\` ${short} \`\`` : `\`${short}\``;
}
