// The grammars that are shipped; they are read from the packages that the build copies them from.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import grammars from '../../../src/editor/grammars.json' with { type: 'json' };

const packages = path.resolve(import.meta.dirname, '../../../node_modules');
const folders = ['@vscode/tree-sitter-wasm/wasm', 'tree-sitter-html', '@tree-sitter-grammars/tree-sitter-yaml'];

export const grammarNames = Object.keys(grammars);

/** A parser for each grammar, by its name. */
export async function loadParsers(): Promise<ReadonlyMap<string, Parser>> {
  await Parser.init();
  const parsers = new Map<string, Parser>();
  for (const name of grammarNames) {
    const file = folders.map((folder) => path.join(packages, folder, `tree-sitter-${name}.wasm`)).find(existsSync);
    if (file === undefined) throw new Error(`There is no grammar ${name}`);
    parsers.set(name, new Parser().setLanguage(await Language.load(readFileSync(file))));
  }
  return parsers;
}
