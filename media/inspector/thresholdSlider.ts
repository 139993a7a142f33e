/** Moves the threshold above which a patch starts. */
import * as l10n from '@vscode/l10n';
import { button, element, setAttributes } from './dom';
import { bits, toBits } from './numbers';
import { bitsPerNat } from '../../src/core/heatMap';

/** Entropies of 260 ids are below 8.03 bits. */
const highestBits = 8;

export class ThresholdSlider {
  readonly #input = element('input', { type: 'range', id: 'threshold', min: 0, max: highestBits, step: 0.01 });
  readonly #value = element('output', { for: 'threshold' });
  readonly #reset = button(l10n.t('Reset'), () => {
    this.#set(null);
  });
  readonly element = element(
    'div',
    { class: 'threshold' },
    element('label', { for: 'threshold' }, l10n.t('Threshold')),
    this.#input,
    this.#value,
    this.#reset,
  );
  #model = 0;
  #nats: number | null;

  /** `nats` of null is the model's own threshold; `onChange` hears what is set. */
  constructor(
    nats: number | null,
    private readonly onChange: (nats: number | null) => void,
  ) {
    this.#nats = nats;
    this.#input.addEventListener('input', () => {
      this.#set(this.#input.valueAsNumber / bitsPerNat);
    });
  }

  /** Exactly the model's threshold unless it was moved. */
  get nats(): number {
    return this.#nats ?? this.#model;
  }

  show(modelNats: number): void {
    this.#model = modelNats;
    this.#draw();
  }

  #set(nats: number | null): void {
    this.#nats = nats;
    this.#draw();
    this.onChange(nats);
  }

  #draw(): void {
    const moved = this.#nats !== null;
    this.#input.valueAsNumber = toBits(this.nats);
    const text = bits(this.nats);
    setAttributes(this.#input, {
      'aria-valuetext': moved ? l10n.t('{0}, the model has {1}', text, bits(this.#model)) : text,
    });
    this.#value.textContent = moved ? text : l10n.t('{0}, the model’s own', text);
    setAttributes(this.#reset, { disabled: !moved });
  }
}
