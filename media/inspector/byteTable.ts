/** The numbers of the entropy curve as a table. */
import * as l10n from '@vscode/l10n';
import { candidatesPerByte } from '../../src/core/engine';
import { byteInWords, hex } from '../../src/core/glyphs';
import type { ShownText } from '../../src/core/inspectorMessages';
import type { View } from './chartData';
import { percent, toBits } from './numbers';
import { Table } from './table';

/** More rows make the page slow, and nobody reads them. */
const mostRows = 400;

export class ByteTable {
  readonly #table = new Table(l10n.t('Bytes in view'), [
    l10n.t('Byte'),
    l10n.t('Value'),
    l10n.t('Entropy, bits'),
    l10n.t('Surprisal, bits'),
    l10n.t('Patch'),
    l10n.t('Most likely'),
  ]);
  readonly element = this.#table.element;

  show({ measured }: ShownText, characters: readonly string[], starts: Uint8Array, view: View): void {
    const first = Math.floor(view.start);
    const end = Math.min(measured.bytes.length, Math.ceil(view.end), first + mostRows);
    const row = (index: number) => {
      const likeliest = measured.candidateBytes[index * candidatesPerByte] ?? 0;
      return {
        name: String(measured.start + index),
        cells: [
          byteInWords(measured.bytes[index] ?? 0, characters[index] ?? ''),
          toBits(measured.entropyNats[index] ?? 0).toFixed(3),
          toBits(measured.surprisalNats[index] ?? 0).toFixed(3),
          starts[index] ? l10n.t('starts') : '',
          `${hex(likeliest)} ${percent(measured.candidateProbabilities[index * candidatesPerByte] ?? 0)}`,
        ],
      };
    };
    this.#table.show(l10n.t('The {0} bytes in view as a table', end - first), () =>
      Array.from({ length: end - first }, (_, i) => row(first + i)),
    );
  }
}
