/** The numbers of the chart as a table: for screen readers, and for those who like tables. */
import { candidatesPerByte } from '../../src/core/engine';
import { byteInWords, hex } from '../../src/core/glyphs';
import type { ShownText } from '../../src/core/inspectorMessages';
import type { View } from './chart';
import { element } from './dom';
import { t } from './l10n';
import { percent, toBits } from './numbers';

/** More rows make the page slow, and nobody reads them. */
const mostRows = 400;

export class ByteTable {
  readonly #body = element('tbody');
  readonly #summary = element('summary');
  readonly element = element('details', { class: 'table' }, this.#summary);
  #draw = () => {};

  constructor() {
    const names = [t('Byte'), t('Value'), t('Entropy, bits'), t('Surprisal, bits'), t('Patch'), t('Most likely')];
    this.element.append(
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('Bytes in view') },
        element(
          'table',
          {},
          element('thead', {}, element('tr', {}, ...names.map((name) => element('th', { scope: 'col' }, name)))),
          this.#body,
        ),
      ),
    );
    this.element.addEventListener('toggle', () => {
      this.#draw();
    });
  }

  show({ measured }: ShownText, characters: readonly string[], starts: Uint8Array, view: View): void {
    const first = Math.floor(view.start);
    const end = Math.min(measured.bytes.length, Math.ceil(view.end), first + mostRows);
    this.#summary.textContent = t('The {0} bytes in view as a table', end - first);
    this.#draw = () => {
      // A closed table costs nothing.
      if (!this.element.open) return;
      this.#body.replaceChildren(
        ...Array.from({ length: end - first }, (_, i) => {
          const index = first + i;
          const likeliest = measured.candidateBytes[index * candidatesPerByte] ?? 0;
          const cells = [
            byteInWords(measured.bytes[index] ?? 0, characters[index] ?? ''),
            toBits(measured.entropyNats[index] ?? 0).toFixed(3),
            toBits(measured.surprisalNats[index] ?? 0).toFixed(3),
            starts[index] ? t('starts') : '',
            `${hex(likeliest)} ${percent(measured.candidateProbabilities[index * candidatesPerByte] ?? 0)}`,
          ];
          return element(
            'tr',
            {},
            element('th', { scope: 'row' }, String(measured.start + index)),
            ...cells.map((cell) => element('td', {}, cell)),
          );
        }),
      );
    };
    this.#draw();
  }
}
