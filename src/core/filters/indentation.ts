/** The white space at the start of suggested lines, as the file around them has it. */

import { indentationOf } from '../words';

/**
 * One level of a text's indentation, a tab or so many spaces: what most of its indented lines begin with, and by how much they
 * mostly go in. Undefined if nothing is indented.
 */
export function indentationUnit(text: string): string | undefined {
  let tabs = 0;
  let spaces = 0;
  const steps = new Map<number, number>();
  let width = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const indentation = indentationOf(line);
    if (indentation.startsWith('\t')) tabs++;
    else if (indentation.length > 1) spaces++;
    const step = indentation.length - width;
    if (step > 1 && step <= 8 && !indentation.includes('\t')) steps.set(step, (steps.get(step) ?? 0) + 1);
    width = indentation.length;
  }
  if (tabs === 0 && spaces === 0) return undefined;
  if (tabs > spaces) return '\t';
  const [step] = [...steps].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0]);
  return step === 0 ? undefined : ' '.repeat(step);
}

/** Lines whose indentation is in the file's own kind: tabs where it has tabs, as many spaces where it has spaces. */
export function reindented(lines: readonly string[], unit: string): string[] {
  if (unit !== '\t') return lines.map((line) => withIndentation(line, (own) => own.replaceAll('\t', unit)));
  const widths = lines.map((line) => indentationOf(line).replaceAll('\t', '').length).filter((width) => width > 1);
  const step = Math.min(...widths);
  // A single space makes no level: it aligns the star of a comment.
  return lines.map((line) =>
    withIndentation(line, (own) => {
      const spaces = own.replaceAll('\t', '').length;
      if (spaces < 2) return own;
      return '\t'.repeat(own.length - spaces + Math.floor(spaces / step)) + ' '.repeat(spaces % step);
    }),
  );
}

function withIndentation(line: string, change: (indentation: string) => string): string {
  const own = indentationOf(line);
  return own === '' ? line : change(own) + line.slice(own.length);
}

/**
 * Text at a place in the indentation of a line. What `line` has already is not indented once more: the line above tells how
 * deep it belongs, one level deeper if that opens a block.
 */
export function withoutDoubleIndentation(text: string, line: string, above: string, unit: string): string {
  if (line === '' || line.trim() !== '' || indentationOf(text) === '') return text;
  const last = above.split('\n').findLast((one) => one.trim() !== '');
  if (last === undefined) return text;
  const wanted = indentationOf(last).length + (/[{([:]\s*$/.test(last) ? unit.length : 0);
  return line.length >= wanted ? text.trimStart() : text;
}
