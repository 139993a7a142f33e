/** A line cut into pieces: each byte has one place, so that several strips stand exactly below each other. */
import * as l10n from '@vscode/l10n';
import { glyphs } from '../../src/core/glyphs';
import { piecesOf, type CutText } from '../../src/core/pieces';
import { element, heard } from './dom';

export interface StripMarks {
  /** Whether each piece is marked as changed. */
  readonly changed?: readonly boolean[];
  /** Bytes that are marked: an edit. */
  readonly edited?: { readonly start: number; readonly end: number };
  /** Empty places put in before a byte, so that what follows stands below what it was. */
  readonly gap?: { readonly before: number; readonly places: number };
}

/** A list of pieces; `begins`: whether the first piece begins with the first byte, and not before. */
export function strip({ bytes, starts }: CutText, marks: StripMarks = {}): HTMLElement {
  const characters = glyphs(bytes);
  const list = element('ol', { class: 'strip' });
  piecesOf(starts).forEach(({ start, end }, index) => {
    const changed = marks.changed?.[index] ?? false;
    const piece = element('li', {
      class: ['piece', index % 2 === 1 && 'odd', changed && 'changed', !starts[start] && 'begun']
        .filter(Boolean)
        .join(' '),
    });
    for (let i = start as number; i < end;) {
      let next = i + 1;
      while (next < end && characters[next] === '') next++;
      if (marks.gap?.before === i && marks.gap.places > 0) piece.append(places('', marks.gap.places, 'gap'));
      const edited = marks.edited !== undefined && i >= marks.edited.start && i < marks.edited.end;
      piece.append(places(characters[i] ?? '', next - i, edited ? 'edited' : ''));
      i = next;
    }
    if (changed) piece.append(heard(` (${l10n.t('changed')})`));
    list.append(piece);
  });
  return list;
}

/** A character as wide as its bytes. */
function places(character: string, count: number, kind: string): HTMLSpanElement {
  const out = element('span', { class: `byte ${kind}`.trim() }, character === '' && kind !== 'gap' ? '·' : character);
  out.style.width = `${count}ch`;
  return out;
}
