/** The text cut by four rules, side by side: how many pieces, how long, at what cost; and the line with the cursor in each. */
import * as l10n from '@vscode/l10n';
import { bltFlops, megabyteFlops } from '../../src/core/flops';
import type { ModelFacts, ShownText } from '../../src/core/inspectorMessages';
import { countPieces, fixedStarts, spaceStarts, type Starts } from '../../src/core/pieces';
import { element } from './dom';
import { average, flops, whole } from './numbers';
import { strip } from './strip';
import { tokenStarts, vocabularyName } from './tokenizer';

interface Rule {
  readonly name: string;
  readonly note: string;
  readonly starts: Starts | undefined;
  /** FLOPs for each byte; undefined where they cannot be told. */
  readonly flops: number | undefined;
}

/** FLOPs per byte of a row as long as the model's context, if as many of its bytes start a patch as of those that are shown. */
export function flopsPerByte(
  { size, contextBytes }: ModelFacts,
  starts: Starts,
  byEntropy: boolean,
): number | undefined {
  if (size?.architecture !== 'blt' || starts.length === 0) return undefined;
  const { pieces } = countPieces(starts);
  const cost = bltFlops(size, contextBytes, (contextBytes * pieces) / starts.length);
  return (cost.local + cost.latent + (byEntropy ? cost.entropy : 0)) / contextBytes;
}

/** The first row: the patches of the package itself. */
export const ownFlops = (model: ModelFacts, starts: Starts): number | undefined =>
  model.size?.architecture === 'megabyte'
    ? megabyteFlops(model.size, model.contextBytes) / model.contextBytes
    : flopsPerByte(model, starts, true);

export class Rules {
  readonly element = element('section', { 'aria-labelledby': 'rules-title' });
  readonly #size = element('input', {
    type: 'number',
    min: 1,
    max: 64,
    value: 4,
    'aria-label': l10n.t('Bytes in a patch of a fixed length'),
  });
  readonly #body = element('tbody');
  readonly #strips = element('div', {
    class: 'strips',
    tabindex: 0,
    role: 'region',
    'aria-label': l10n.t('The line, cut by each rule'),
  });
  readonly #foot = element('p', { class: 'note' });
  #shown: ShownText | undefined;
  #own: Starts = new Uint8Array();
  #line = { start: 0, end: 0 };
  #tokens: Starts | 'loading' | 'none' = 'loading';
  #tokensOf: ShownText | undefined;

  constructor(private readonly onSize: (bytes: number) => void) {
    const columns = [
      l10n.t('Rule'),
      l10n.t('Pieces'),
      l10n.t('Bytes each'),
      l10n.t('Longest'),
      l10n.t('FLOP per byte'),
    ];
    this.#size.addEventListener('input', () => {
      if (this.#size.validity.valid && this.#size.value !== '') this.onSize(this.fixedBytes);
      this.#draw();
    });
    this.element.append(
      element('h2', { id: 'rules-title' }, l10n.t('The same bytes, cut by other rules')),
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': l10n.t('Rules compared') },
        element(
          'table',
          { class: 'rules' },
          element('thead', {}, element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name)))),
          this.#body,
        ),
      ),
      element('label', { class: 'size' }, l10n.t('Bytes in a patch of a fixed length:'), ' ', this.#size),
      this.#strips,
      this.#foot,
    );
  }

  get fixedBytes(): number {
    return Math.min(64, Math.max(1, Math.round(this.#size.valueAsNumber || 4)));
  }

  set fixedBytes(bytes: number) {
    this.#size.value = String(bytes);
  }

  /** `own` are the patches by the threshold that is set; the line goes from `start` up to but without `end`. */
  show(shown: ShownText, own: Starts, line: { readonly start: number; readonly end: number }): void {
    this.#shown = shown;
    this.#own = own;
    this.#line = line;
    if (this.#tokensOf !== shown) void this.#tokenise(shown);
    this.#draw();
  }

  async #tokenise(shown: ShownText): Promise<void> {
    this.#tokensOf = shown;
    const tokens = await tokenStarts(shown.measured.bytes).catch(() => undefined);
    if (this.#tokensOf !== shown) return;
    this.#tokens = tokens ?? 'none';
    this.#draw();
  }

  #rules({ measured, before, model }: ShownText): Rule[] {
    const count = measured.bytes.length;
    const size = this.fixedBytes;
    const fixed = fixedStarts(count, size, model.headerIds + measured.start);
    const spaces = spaceStarts(measured.bytes, before);
    const tokens = typeof this.#tokens === 'string' || this.#tokens.length !== count ? undefined : this.#tokens;
    const isOwnFixed = model.patchBytes === size;
    const own: Rule[] =
      model.thresholdNats === null
        ? []
        : [
            {
              name: l10n.t('Entropy'),
              note: l10n.t('at the threshold above'),
              starts: this.#own,
              flops: ownFlops(model, this.#own),
            },
          ];
    return [
      ...own,
      {
        name: l10n.t('Fixed length'),
        note: isOwnFixed ? l10n.t('this model, a MEGABYTE') : l10n.t('as in MEGABYTE, {0} bytes', size),
        starts: fixed,
        flops: isOwnFixed ? ownFlops(model, fixed) : flopsPerByte(model, fixed, false),
      },
      {
        name: l10n.t('Spaces'),
        note: l10n.t('as in SpaceByte'),
        starts: spaces,
        flops: flopsPerByte(model, spaces, false),
      },
      {
        name: l10n.t('BPE tokens'),
        note: this.#tokens === 'loading' ? l10n.t('loading {0} …', vocabularyName) : vocabularyName,
        starts: tokens,
        flops: undefined,
      },
    ];
  }

  #draw(): void {
    const shown = this.#shown;
    if (!shown) return;
    const rules = this.#rules(shown);
    this.#body.replaceChildren(
      ...rules.map(({ name, note, starts, flops: cost }) => {
        const counted = starts && countPieces(starts);
        const cells = counted
          ? [
              whole(counted.pieces),
              average(counted.averageBytes),
              whole(counted.longestBytes),
              cost === undefined ? '–' : flops(cost),
            ]
          : ['–', '–', '–', '–'];
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, name, ' ', element('small', {}, note)),
          ...cells.map((cell) => element('td', {}, cell)),
        );
      }),
    );
    const { start, end } = this.#line;
    this.#strips.replaceChildren(
      ...rules
        .filter(({ starts }) => starts)
        .flatMap(({ name, starts }) => [
          element('h3', {}, name),
          strip({ bytes: shown.measured.bytes.subarray(start, end), starts: (starts as Starts).subarray(start, end) }),
        ]),
    );
    const { contextBytes, size } = shown.model;
    this.#foot.textContent =
      size === undefined
        ? l10n.t('This package does not tell the sizes that its compute depends on; a newer export does.')
        : l10n.t(
            'FLOP per byte: a forward pass over a full context of {0} bytes, with patches as long as here; fixed lengths and spaces need no entropy model. Tokens would be read by another model, so there is no number for them.',
            whole(contextBytes),
          );
  }
}
