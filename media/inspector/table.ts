/** Numbers as a table behind a line that opens it: for screen readers, and for those who like tables. */
import { element } from './dom';

export interface Row {
  readonly name: string;
  readonly cells: readonly string[];
}

export class Table {
  readonly #body = element('tbody');
  readonly #summary = element('summary');
  readonly element = element('details', { class: 'table' }, this.#summary);
  #rows: () => readonly Row[] = () => [];

  constructor(label: string, columns: readonly string[]) {
    this.element.append(
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
        element(
          'table',
          {},
          element('thead', {}, element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name)))),
          this.#body,
        ),
      ),
    );
    this.element.addEventListener('toggle', () => {
      this.#draw();
    });
  }

  /** The rows are made when they are seen: a closed table costs nothing. */
  show(summary: string, rows: () => readonly Row[]): void {
    this.#summary.textContent = summary;
    this.#rows = rows;
    this.#draw();
  }

  #draw(): void {
    if (!this.element.open) return;
    this.#body.replaceChildren(
      ...this.#rows().map(({ name, cells }) =>
        element('tr', {}, element('th', { scope: 'row' }, name), ...cells.map((cell) => element('td', {}, cell))),
      ),
    );
  }
}
