/** Says why there is nothing to see, and what helps. */
import type { Nothing } from '../../src/core/inspectorMessages';
import { button, element } from './dom';
import { send } from './kept';

export function nothing({ message, help, waiting }: Nothing): HTMLElement[] {
  const out: HTMLElement[] = [element('p', { role: 'status', 'aria-busy': waiting ? 'true' : undefined }, message)];
  if (help) {
    out.push(
      button(help.title, () => {
        send({ type: 'run', command: help.command });
      }),
    );
  }
  return out;
}
