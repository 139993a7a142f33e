/** What the entropy model makes of one character, as Markdown for a hover. */
import * as l10n from '@vscode/l10n';
import { candidatesPerByte, type ByteOffset, type Measurement } from './engine';
import { byteOffset, decodeUtf8, type Utf8Text } from './bytes';
import { spaceInWords } from './glyphs';
import { bitsPerNat, type Quantity } from './heatMap';
import type { Scale, ThemeKind } from './heatMapScale';
import { probabilityBar } from './picture';

/** What a hover needs beside the measurement of the part that it stands in. */
export interface HoverFacts {
  /** Of the bytes of the character alone, with candidates; nothing when the engine does not say. */
  readonly candidates: Measurement | undefined;
  /** Where the part begins in its document, from 0. */
  readonly firstLine: number;
  /** Patches that start in the measured lines right before the part, and the line, from 1, at which counting began. */
  readonly patchesBefore: number;
  readonly countedFrom: number;
  readonly quantity: Quantity;
  readonly theme: ThemeKind;
  readonly scale: Scale;
}

/** The hover for the character that a byte belongs to; nothing when it was not measured. */
export function byteHover(
  text: Utf8Text,
  measurement: Measurement,
  place: ByteOffset,
  facts: HoverFacts,
): string | undefined {
  const character = text.characterAt(place);
  const first = character.start - measurement.start;
  const last = character.end - 1 - measurement.start;
  const isKnown = (index: number) => !Number.isNaN(measurement.entropyNats[index] ?? NaN);
  if (first < 0 || !isKnown(first) || !isKnown(last)) return undefined;

  const rows: string[] = [];
  for (let index = first; index <= last; index++) {
    const byte = text.bytes[measurement.start + index] ?? 0;
    const entropy = bits(measurement.entropyNats[index]);
    const rank = l10n.t('{0} of 256', (measurement.ranks[index] ?? 0) + 1);
    rows.push(
      `| ${byteName(byte)} | ${gap}${entropy} | ${gap}${bits(measurement.surprisalNats[index])} | ${gap}${rank} |`,
    );
  }
  const glyph = last > first ? ` ${code(decodeUtf8(text.bytes.subarray(character.start, character.end)))}` : '';
  const parts = [
    [
      `| ${l10n.t('byte')}${glyph} | ${l10n.t('entropy')} | ${gap}${l10n.t('surprisal')} | ${gap}${l10n.t('rank')} |`,
      '|:--|--:|--:|--:|',
      ...rows,
    ].join('\n'),
    patchLine(text, measurement, first, facts),
    ...insideLines(measurement, first, last),
  ];
  if (decodeUtf8(text.bytes.subarray(character.start, character.end)) === '\ufffd') {
    parts.push(l10n.t('The file may hold other bytes here: this is what VS Code shows for what is no UTF-8.'));
  }
  if (facts.candidates) {
    const rows = candidateRows(text.bytes[character.start], facts.candidates, facts);
    const heads = `| ${l10n.t('most likely here')} | ${l10n.t('probability')} | |`;
    parts.push([heads, '|:--|--:|:--|', ...rows].join('\n'));
  }
  if (facts.quantity === 'own') parts.push(l10n.t('Numbers of the model that completes.'));
  return parts.join('\n\n');
}

/** A mark cannot stand inside of a character. */
function insideLines({ patchStart }: Measurement, first: number, last: number): string[] {
  for (let index = first + 1; index <= last; index++) {
    if (patchStart[index]) {
      const number = index - first + 1;
      return [l10n.t('A patch starts at byte {0} of this character; its mark stands at the character.', number)];
    }
  }
  return [];
}

/** Between columns, for the tables of a hover have next to none. */
const gap = '&emsp;';

const bits = (nats = 0) => l10n.t('{0} bits', (nats * bitsPerNat).toFixed(2));

function candidateRows(actual: number | undefined, measurement: Measurement, { theme, scale }: HoverFacts): string[] {
  const rows: string[] = [];
  for (let rank = 0; rank < candidatesPerByte; rank++) {
    const byte = measurement.candidateBytes[rank] ?? 0;
    const probability = measurement.candidateProbabilities[rank] ?? 0;
    const stands = byte === actual;
    // The mark in words, because a hover has no colours that say the same in every theme.
    const mark = stands ? ` ← ${l10n.t('stands here')}` : '';
    const bar = probabilityBar(probability, stands, theme, scale);
    rows.push(`| ${byteName(byte)}${mark} | ${(probability * 100).toFixed(1)} % | ![](${bar}) |`);
  }
  return rows;
}

/** The patch around a byte, as far as the measurement reaches. */
function patchLine(
  text: Utf8Text,
  { start, entropyNats, patchStart, thresholdNats }: Measurement,
  index: number,
  { firstLine, patchesBefore, countedFrom }: HoverFacts,
): string {
  const isKnown = (i: number) => i >= 0 && !Number.isNaN(entropyNats[i] ?? NaN);
  let from = index;
  while (isKnown(from - 1) && !patchStart[from]) from--;
  let to = index + 1;
  while (isKnown(to) && !patchStart[to]) to++;
  const startIsKnown = Boolean(patchStart[from]);
  const endIsKnown = isKnown(to) || start + to >= text.bytes.length;
  const bytes = to - from === 1 ? l10n.t('1 byte') : l10n.t('{0} bytes', to - from);
  const length = startIsKnown && endIsKnown ? bytes : l10n.t('at least {0}', bytes);
  const patch = decodeUtf8(text.bytes.subarray(byteOffset(start + from), start + to));
  let number = 0;
  let counted = from;
  for (; isKnown(counted); counted--) number += patchStart[counted] ?? 0;
  // Without a gap the patches before the part count as well.
  if (counted < 0) number += patchesBefore;
  const line = counted < 0 ? countedFrom : firstLine + 1 + lineFeeds(text.bytes.subarray(0, start + counted + 1));
  const told =
    line > 1
      ? l10n.t('Patch {0} since line {1}: {2}, {3}', number, line, code(patch), length)
      : l10n.t('Patch {0}: {1}, {2}', number, code(patch), length);
  return thresholdNats === null ? told : l10n.t('{0} (a patch starts above {1})', told, bits(thresholdNats));
}

const lineFeeds = (bytes: Uint8Array) => bytes.reduce((count, byte) => count + Number(byte === 0x0a), 0);

/** A byte in hexadecimal and, where it is a character by itself, as that. */
export function byteName(byte: number): string {
  const hex = `\`${byte.toString(16).toUpperCase().padStart(2, '0')}\``;
  const name = spaceInWords(byte);
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
