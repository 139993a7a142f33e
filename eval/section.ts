/** Sections of docs/results.md that commands of their own write, between marks; the evaluation keeps them. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const mark = (name: string, which: 'begin' | 'end') => `<!-- ${which}: ${name} -->`;
const sections = /<!-- begin: (\S+) -->[^]*?<!-- end: \1 -->/g;

/** All marked sections of a text, with their marks. */
export const markedSections = (text: string): string[] => Array.from(text.matchAll(sections), ([section]) => section);

/** Puts a section in the place of the one of that name, or at the end. */
export function withSection(text: string, name: string, section: string): string {
  const marked = `${mark(name, 'begin')}\n\n${section.trim()}\n\n${mark(name, 'end')}`;
  const old = markedSections(text).find((one) => one.startsWith(mark(name, 'begin')));
  return old === undefined ? `${text.trimEnd()}\n\n${marked}\n` : text.replace(old, () => marked);
}

export async function writeSection(file: string, name: string, section: string): Promise<void> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const config = await resolveConfig(file);
  writeFileSync(file, await format(withSection(text, name, section), { ...config, parser: 'markdown' }));
}
