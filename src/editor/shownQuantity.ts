/** What the heat map shows of each byte; the workspace remembers it. The entropy at first. */
import * as vscode from 'vscode';
import { quantities, type Quantity } from '../core/heatMap';

const key = 'heatMapQuantity';

export class ShownQuantity implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Quantity>();
  readonly onChange = this.changed.event;

  constructor(private readonly memory: vscode.Memento) {}

  get value(): Quantity {
    const remembered = this.memory.get<unknown>(key);
    return quantities.find((quantity) => quantity === remembered) ?? 'entropy';
  }

  async set(quantity: Quantity): Promise<void> {
    await this.memory.update(key, quantity);
    this.changed.fire(quantity);
  }

  /** Lets the user choose; tells whether something was chosen. */
  async choose(): Promise<boolean> {
    const chosen = await vscode.window.showQuickPick(
      quantities.map((quantity) => ({
        ...words(quantity),
        quantity,
        picked: quantity === this.value,
        ...(quantity === this.value ? { description: vscode.l10n.t('shown now') } : {}),
      })),
      { title: vscode.l10n.t('Heat Map: What Is Shown'), placeHolder: vscode.l10n.t('Colour each byte by') },
    );
    if (!chosen) return false;
    await this.set(chosen.quantity);
    return true;
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Name and explanation of a quantity. */
export function words(quantity: Quantity): { label: string; detail: string } {
  switch (quantity) {
    case 'entropy':
      return {
        label: vscode.l10n.t('Entropy'),
        detail: vscode.l10n.t(
          'How uncertain the entropy model was before each byte. A patch starts where it is above the threshold.',
        ),
      };
    case 'surprisal':
      return {
        label: vscode.l10n.t('Surprisal'),
        detail: vscode.l10n.t(
          'How unlikely the byte that stands there was to the entropy model. Unusual is not wrong.',
        ),
      };
    case 'own':
      return {
        label: vscode.l10n.t("The Model's Own Uncertainty"),
        detail: vscode.l10n.t(
          'How uncertain the model that completes was before each byte. Slower, and an edit changes all that follows.',
        ),
      };
  }
}
