/** Elements of the page. */

type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A new element. An attribute that is false or undefined is left out; one that is true is empty. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const out = document.createElement(name);
  setAttributes(out, attributes);
  out.append(...children.filter((child) => child !== undefined && child !== false));
  return out;
}

export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? '' : String(value));
  }
}

export function button(label: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const out = element('button', { type: 'button', ...attributes }, label);
  out.addEventListener('click', press);
  return out;
}

/** Text that is heard and not seen. */
export const heard = (text: string): HTMLSpanElement => element('span', { class: 'heard' }, text);

/** Writes a text only if it is another one, so that nobody hears it twice. */
export function say(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
