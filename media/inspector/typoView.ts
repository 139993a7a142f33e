/** "What a typo does": the line of the cursor as it stands and with a mistake; both curves, patches and tokens, and what changed. */
import * as l10n from '@vscode/l10n';
import { byteOffset, decodeUtf8, utf16Offset } from '../../src/core/bytes';
import { glyphs, byteInWords } from '../../src/core/glyphs';
import type { ComparedLines, Place, ShownText } from '../../src/core/inspectorMessages';
import { changedPieces, commonEnds, type CutText, type Starts } from '../../src/core/pieces';
import { typoKinds, typoPlace, withTypo, type TypoKind } from '../../src/core/mistake';
import { Chart } from './chart';
import { button, element } from './dom';
import { send } from './kept';
import { bits, toBits } from './numbers';
import { strip } from './strip';
import { Table } from './table';
import { tokenStarts, vocabularyName } from './tokenizer';

const kindNames: Readonly<Record<TypoKind, string>> = {
  swap: l10n.t('Swap two letters'),
  drop: l10n.t('Leave one out'),
  double: l10n.t('Double one'),
  neighbour: l10n.t('Hit the key beside'),
};

/** Both texts over the same places: where one has bytes that the other has not, there is a gap. */
interface Aligned {
  readonly before: readonly (number | undefined)[];
  readonly after: readonly (number | undefined)[];
}

function aligned(before: Uint8Array, after: Uint8Array): Aligned {
  const { prefix, suffix } = commonEnds(before, after);
  const middle = Math.max(before.length, after.length) - prefix - suffix;
  const places = (length: number) => [
    ...Array.from({ length: prefix }, (_, i) => i),
    ...Array.from({ length: middle }, (_, i) => (prefix + i < length - suffix ? prefix + i : undefined)),
    ...Array.from({ length: suffix }, (_, i) => length - suffix + i),
  ];
  return { before: places(before.length), after: places(after.length) };
}

export class TypoView {
  readonly element = element('div');
  readonly #input = element('input', { type: 'text', id: 'typo-line', spellcheck: 'false', autocomplete: 'off' });
  readonly #chart: Chart;
  readonly #result = element('div', { class: 'result' });
  readonly #table = new Table(l10n.t('Both lines'), [
    l10n.t('Place'),
    l10n.t('As it stands'),
    l10n.t('Entropy, bits'),
    l10n.t('With the typo'),
    l10n.t('Entropy, bits'),
  ]);
  readonly #summary = element('p', { class: 'lead', role: 'status' });
  #shown: ShownText | undefined;
  #place: Place | undefined;
  /** The line that is compared. */
  #line = { start: 0, text: '' };
  #asked = 0;
  #compared: ComparedLines | undefined;
  #isTouched = false;
  #isVisible = false;

  constructor() {
    this.#chart = new Chart(l10n.t('Entropy of both lines'), { onFocus: () => undefined });
    this.#input.addEventListener('input', () => {
      this.#isTouched = true;
      this.#ask();
    });
    this.element.append(
      element(
        'p',
        { class: 'note' },
        l10n.t(
          'The line of the cursor with a mistake in it. Nothing changes in your file; change the line here as you like, and see what becomes of its patches and of its tokens.',
        ),
      ),
      element(
        'div',
        { class: 'typing' },
        element('label', { for: 'typo-line' }, l10n.t('The line, with a typo')),
        this.#input,
        element(
          'div',
          {
            class: 'buttons',
            role: 'group',
            'aria-label': l10n.t('Make a typo at the place of the cursor in the line'),
          },
          ...typoKinds.map((kind) =>
            button(kindNames[kind], () => {
              this.#make(kind);
            }),
          ),
          button(l10n.t('As it stands'), () => {
            this.#isTouched = true;
            this.#input.value = this.#line.text;
            this.#ask();
          }),
        ),
      ),
      this.#summary,
      element(
        'div',
        { class: 'legend' },
        element('span', { class: 'key curve' }, l10n.t('with the typo')),
        element('span', { class: 'key second' }, l10n.t('as it stands')),
        element('span', { class: 'key threshold-line' }, l10n.t('threshold')),
        element('span', { class: 'key patch' }, l10n.t('patch start, with the typo')),
      ),
      this.#chart.element,
      this.#result,
      this.#table.element,
    );
  }

  show(shown: ShownText): void {
    this.#shown = shown;
    this.#take();
  }

  follow(place: Place): void {
    this.#place = place;
    this.#take();
  }

  /** Asks for nothing while nobody looks. */
  set visible(visible: boolean) {
    this.#isVisible = visible;
    if (visible) this.#take();
  }

  /** Takes the line of the cursor, with a first mistake in it. A line that was changed by hand stays until another one is chosen. */
  #take(): void {
    if (!this.#shown || !this.#isVisible) return;
    const { measured, lineStarts } = this.#shown;
    const at = Math.max(0, (this.#place?.cursor ?? measured.start) - measured.start);
    const line = Math.max(
      0,
      lineStarts.findLastIndex((start) => start <= at),
    );
    const from = lineStarts[line] ?? 0;
    const end = lineStarts[line + 1] ?? measured.bytes.length;
    const text = decodeUtf8(measured.bytes.subarray(from, end)).replace(/\n$/, '');
    const start = measured.start + from;
    if (start === this.#line.start && text === this.#line.text && this.#compared) return;
    const stays = this.#isTouched && start === this.#line.start && text === this.#line.text;
    this.#line = { start, text };
    if (!stays) {
      this.#isTouched = false;
      this.#input.value = withTypo(text, typoPlace(text), 'swap');
    }
    this.#ask();
  }

  #make(kind: TypoKind): void {
    const place = this.#isTouched ? utf16Offset(this.#input.selectionStart ?? 0) : typoPlace(this.#line.text);
    this.#input.value = withTypo(this.#line.text, place, kind);
    this.#input.setSelectionRange(place, place);
    this.#isTouched = true;
    this.#ask();
  }

  #ask(): void {
    // A question about a text that has just changed gets no answer; then it is asked again with the new text.
    this.#compared = undefined;
    send({ type: 'compare', id: ++this.#asked, start: byteOffset(this.#line.start), line: this.#input.value });
  }

  /** The answer to the latest question; others come too late. */
  async compared(id: number, lines: ComparedLines | { readonly failure: string }): Promise<void> {
    if (id !== this.#asked) return;
    if ('failure' in lines) {
      this.#summary.textContent = lines.failure;
      return;
    }
    this.#compared = lines;
    this.#draw(lines, undefined);
    const tokens = await Promise.all([tokenStarts(lines.before.bytes), tokenStarts(lines.after.bytes)]).catch(() => []);
    if (id === this.#asked && tokens[0] && tokens[1]) this.#draw(lines, [tokens[0], tokens[1]]);
  }

  #draw({ before, after }: ComparedLines, tokens: readonly [Starts, Starts] | undefined): void {
    const places = aligned(before.bytes, after.bytes);
    const ends = commonEnds(before.bytes, after.bytes);
    const at = <T>(values: ArrayLike<T>, indices: Aligned['before'], none: T): T[] =>
      indices.map((index) => (index === undefined ? none : (values[index] ?? none)));
    const curve = (nats: Float32Array, indices: Aligned['before']) =>
      indices.map((index) => (index === undefined ? null : toBits(nats[index] ?? 0)));
    const characters = [at(glyphs(after.bytes), places.after, ''), at(glyphs(before.bytes), places.before, '')];
    const edit = { start: ends.prefix, end: places.before.length - ends.suffix };
    this.#chart.show(
      {
        curves: [curve(after.entropyNats, places.after), curve(before.entropyNats, places.before)],
        starts: Uint8Array.from(at(after.patchStart, places.after, 0)),
        threshold: after.thresholdNats === null ? null : toBits(after.thresholdNats),
        characters,
        lines: [],
        marked: edit,
      },
      (place) => {
        const now = places.after[place];
        const was = places.before[place];
        const said = (index: number | undefined, { bytes, entropyNats }: ComparedLines['before'], row: number) =>
          index === undefined
            ? l10n.t('nothing')
            : `${byteInWords(bytes[index] ?? 0, characters[row]?.[place] ?? '')}, ${bits(entropyNats[index] ?? 0)}`;
        return l10n.t('with the typo {0}; as it stands {1}', said(now, after, 0), said(was, before, 1));
      },
    );
    this.#chart.look({ start: 0, end: places.before.length });
    this.#chart.moveTo(edit.start);
    this.#table.show(l10n.t('Both lines as a table'), () =>
      places.before.map((was, place) => {
        const cells = (index: number | undefined, { bytes, entropyNats }: ComparedLines['before'], row: number) =>
          index === undefined
            ? ['', '']
            : [
                byteInWords(bytes[index] ?? 0, characters[row]?.[place] ?? ''),
                toBits(entropyNats[index] ?? 0).toFixed(3),
              ];
        return { name: String(place + 1), cells: [...cells(was, before, 1), ...cells(places.after[place], after, 0)] };
      }),
    );
    this.#showPieces(before, after, ends, tokens);
  }

  #showPieces(
    before: ComparedLines['before'],
    after: ComparedLines['before'],
    ends: { readonly prefix: number; readonly suffix: number },
    tokens: readonly [Starts, Starts] | undefined,
  ): void {
    const cut = ({ bytes, patchStart }: ComparedLines['before']): CutText => ({ bytes, starts: patchStart });
    const patches = [cut(before), cut(after)] as const;
    const cuts =
      tokens &&
      ([
        { bytes: before.bytes, starts: tokens[0] },
        { bytes: after.bytes, starts: tokens[1] },
      ] as const);
    const longer = after.bytes.length - before.bytes.length;
    const edited = (bytes: Uint8Array) => ({ start: ends.prefix, end: bytes.length - ends.suffix });
    const rows = (title: string, [was, now]: readonly [CutText, CutText]) => {
      const changed = changedPieces(was, now);
      const gapOf = (bytes: Uint8Array, places: number) => ({
        before: bytes.length - ends.suffix,
        places: Math.max(0, places),
      });
      return [
        element('h2', {}, title, element('small', {}, ` ${l10n.t('as it stands')}`)),
        strip(was, { changed: changed.before, edited: edited(was.bytes), gap: gapOf(was.bytes, longer) }),
        element('h2', {}, title, element('small', {}, ` ${l10n.t('with the typo')}`)),
        strip(now, { changed: changed.after, edited: edited(now.bytes), gap: gapOf(now.bytes, -longer) }),
      ];
    };
    const label = l10n.t('Patches and tokens of both lines');
    this.#result.replaceChildren(
      element(
        'div',
        { class: 'strips', tabindex: 0, role: 'region', 'aria-label': label },
        ...rows(l10n.t('Patches'), patches),
        ...(cuts ? rows(l10n.t('Tokens ({0})', vocabularyName), cuts) : []),
      ),
    );
    const sum = (values: Float32Array) => values.reduce((total, nats) => total + nats, 0);
    const count = ({ after }: ReturnType<typeof changedPieces>) =>
      [after.filter(Boolean).length, after.length] as const;
    const said = [
      l10n.t('{0} of {1} patches changed.', ...count(changedPieces(...patches))),
      ...(cuts ? [l10n.t('{0} of {1} tokens changed.', ...count(changedPieces(...cuts)))] : []),
      l10n.t(
        'The line costs {0} instead of {1}.',
        bits(sum(after.surprisalNats), 1),
        bits(sum(before.surprisalNats), 1),
      ),
    ];
    this.#summary.textContent = said.join(' ');
  }
}
