/** Everything about one byte: what it is, and what was predicted in its place. */
import * as l10n from '@vscode/l10n';
import { candidatesPerByte } from '../../src/core/engine';
import { byteInWords, hex, isNeverInUtf8 } from '../../src/core/glyphs';
import type { ShownText } from '../../src/core/inspectorMessages';
import { bits, percent } from './numbers';
import { element, setAttributes } from './dom';

/** Candidates as bars; `actual` is marked. */
export function candidateBars(
  bytes: Uint8Array,
  probabilities: Float32Array,
  actual: number | undefined,
  mark = l10n.t('here'),
): HTMLElement {
  const list = element('ol', { class: 'bars', 'aria-label': l10n.t('Most likely bytes') });
  bytes.forEach((byte, rank) => {
    const share = probabilities[rank] ?? 0;
    const bar = element('span', { class: 'bar', 'aria-hidden': true });
    bar.style.width = `${Math.max(0.5, share * 100)}%`;
    list.append(
      element(
        'li',
        { class: byte === actual ? 'actual' : undefined },
        element('span', { class: 'name' }, nameOf(byte)),
        element('span', { class: 'track' }, bar),
        element('span', { class: 'share' }, percent(share)),
        element('span', { class: 'note' }, byte === actual ? `◂ ${mark}` : ''),
      ),
    );
  });
  return list;
}

/** The byte, and what it is by itself, if anything. */
function nameOf(byte: number): string {
  if (isNeverInUtf8(byte)) return `${hex(byte)} ${l10n.t('no text')}`;
  return byte >= 0x80
    ? hex(byte)
    : byteInWords(byte, byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' ').trim();
}

/** What can be said of a byte in one sentence. */
export function byteSentence(
  { measured, lineStarts, firstLine }: ShownText,
  characters: readonly string[],
  index: number,
): string {
  const byte = measured.bytes[index];
  if (byte === undefined) return '';
  const line = firstLine + lineStarts.findLastIndex((start) => start <= index);
  return l10n.t(
    '{0}, entropy {1}, surprisal {2}, line {3}{4}',
    byteInWords(byte, characters[index] ?? ''),
    bits(measured.entropyNats[index] ?? 0),
    bits(measured.surprisalNats[index] ?? 0),
    line,
    measured.patchStart[index] ? `, ${l10n.t('starts a patch')}` : '',
  );
}

export class ByteCard {
  readonly element = element('section', { class: 'card', 'aria-label': l10n.t('The byte') });

  show(shown: ShownText, characters: readonly string[], starts: Uint8Array, index: number): void {
    const { measured, lineStarts, firstLine } = shown;
    const byte = measured.bytes[index];
    if (byte === undefined) {
      this.element.replaceChildren();
      return;
    }
    const line = lineStarts.findLastIndex((start) => start <= index);
    const at = index * candidatesPerByte;
    let first = index;
    while (first > 0 && !starts[first]) first--;
    let end = index + 1;
    while (end < starts.length && !starts[end]) end++;
    let character = index;
    while (character > 0 && characters[character] === '') character--;
    const glyph = characters[character] ?? '';
    const facts: readonly (readonly [name: string, value: string])[] = [
      [l10n.t('Entropy'), bits(measured.entropyNats[index] ?? 0)],
      [l10n.t('Surprisal'), bits(measured.surprisalNats[index] ?? 0)],
      [l10n.t('Rank'), String((measured.ranks[index] ?? 0) + 1)],
      [l10n.t('Patch'), l10n.t('byte {0} of {1}', index - first + 1, end - first)],
      [l10n.t('Place'), l10n.t('line {0}, byte {1}', firstLine + line, index - (lineStarts[line] ?? 0) + 1)],
    ];
    const heading = element('h2', {}, element('span', { class: 'glyph' }, glyph), ` 0x${hex(byte)}`);
    if (character !== index)
      heading.append(element('small', {}, ` ${l10n.t('byte {0} of the character', index - character + 1)}`));
    this.element.replaceChildren(
      element(
        'div',
        { class: 'facts' },
        heading,
        element('dl', {}, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])),
      ),
      candidateBars(
        measured.candidateBytes.subarray(at, at + candidatesPerByte),
        measured.candidateProbabilities.subarray(at, at + candidatesPerByte),
        byte,
      ),
    );
    setAttributes(this.element, { 'data-index': index });
  }
}
