/** The cells of a notebook before the one that is edited, as if they were the beginning of its file. */

export interface Cell {
  readonly text: string;
  readonly language: string;
}

/** Cells in other languages, prose among them, are left out: the model would take them for code. */
export function textBefore(cells: readonly Cell[], index: number): string {
  const language = cells[index]?.language;
  return cells
    .slice(0, index)
    .filter((cell) => cell.language === language && cell.text.trim() !== '')
    .map(({ text }) => `${text.replace(/\n+$/, '')}\n\n`)
    .join('');
}
