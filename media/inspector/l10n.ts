/** Words in the language of VS Code, by their English text; the page brings the translations with it. */

const words = JSON.parse(document.getElementById('words')?.textContent ?? '{}') as Readonly<Record<string, unknown>>;

/** `{0}` and so on stand for the values. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const known = words[text];
  return (typeof known === 'string' ? known : text).replaceAll(/\{(\d)\}/g, (_, index: string) =>
    String(values[Number(index)] ?? ''),
  );
}
