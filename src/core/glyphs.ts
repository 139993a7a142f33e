/** What stands for a byte where each byte has a place of its own. */
import * as l10n from '@vscode/l10n';
import { decodeUtf8 } from './bytes';
import { boundary, nextState, type Utf8State } from './utf8';

const names: Readonly<Record<number, string>> = { 0x09: '⇥', 0x0a: '⏎', 0x0d: '␍', 0x20: '␣', 0x7f: '␡' };

/** One string for each byte: its character at the first byte, empty at the others; what is not UTF-8 is U+FFFD. */
export function glyphs(bytes: Uint8Array): string[] {
  const out: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = characterLength(bytes, at);
    out.push(length === 0 ? '\ufffd' : glyph(bytes.subarray(at, at + length)));
    for (let i = 1; i < length; i++) out.push('');
    at += Math.max(1, length);
  }
  return out;
}

/** Bytes of the whole character that begins there, 0 if there is none. */
function characterLength(bytes: Uint8Array, start: number): number {
  let state: Utf8State | undefined = boundary;
  for (let at = start; at < bytes.length; at++) {
    state = nextState(state, bytes[at] as number);
    if (state === undefined) return 0;
    if (state === boundary) return at + 1 - start;
  }
  return 0;
}

function glyph(character: Uint8Array): string {
  const first = character[0] as number;
  if (character.length > 1) return decodeUtf8(character);
  // Unicode has pictures of the control characters.
  return names[first] ?? String.fromCharCode(first < 0x20 ? 0x2400 + first : first);
}

/** White space in words; nothing for other bytes. */
export function spaceInWords(byte: number): string | undefined {
  switch (byte) {
    case 0x09:
      return l10n.t('tab');
    case 0x0a:
      return l10n.t('line feed');
    case 0x0d:
      return l10n.t('carriage return');
    case 0x20:
      return l10n.t('space');
    default:
      return undefined;
  }
}

/** The byte in hexadecimal, and in words what cannot be seen: for reading aloud and for tables. */
export function byteInWords(byte: number, glyph: string): string {
  return `${hex(byte)} ${spaceInWords(byte) ?? (glyph === '' ? l10n.t('inside of a character') : glyph)}`;
}

/** Such a byte is a sentinel of the byte format, or no text. */
export const isNeverInUtf8 = (byte: number): boolean => byte === 0xc0 || byte === 0xc1 || byte >= 0xf5;

export const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');
