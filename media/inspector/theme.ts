/** The colours of the theme, for what is drawn and not styled. */
import type { FigureColours } from '../../src/core/entropyFigure';

export interface Theme extends FigureColours {
  readonly second: string;
  readonly band: string;
  readonly selection: string;
  readonly cursor: string;
  readonly font: string;
  readonly codeFont: string;
}

let known: Theme | undefined;
const listeners = new Set<() => void>();

/** The names are those of main.css. */
export function theme(): Theme {
  if (known) return known;
  const style = getComputedStyle(document.body);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  known = {
    background: colour('background'),
    text: colour('text'),
    muted: colour('muted'),
    curve: colour('curve'),
    second: colour('second'),
    threshold: colour('threshold'),
    patch: colour('patch'),
    band: colour('band'),
    selection: colour('selection'),
    cursor: colour('cursor'),
    font: style.fontFamily,
    codeFont: colour('code-font'),
  };
  return known;
}

export function onThemeChange(listener: () => void): void {
  listeners.add(listener);
}

// VS Code changes the class of the body and the variables of the root.
const observer = new MutationObserver(() => {
  known = undefined;
  for (const listener of listeners) listener();
});
observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
