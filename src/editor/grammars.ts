/** The grammars that come with the extension: WebAssembly, loaded when a document of their language is first looked at. */
import * as vscode from 'vscode';
import { Language, Parser } from 'web-tree-sitter';
import grammars from './grammars.json' with { type: 'json' };

/** Language identifiers of VS Code, by the name of the grammar's file. C is nearly a part of C++, whose grammar parses both. */
const fileOf = new Map(Object.entries(grammars).flatMap(([file, ids]) => ids.map((id) => [id, file] as const)));

export class Grammars {
  private runtime: Promise<void> | undefined;
  private readonly loaded = new Map<string, Language>();
  private readonly loading = new Set<string>();

  constructor(private readonly folder: vscode.Uri) {}

  /** A parser for a language; undefined if it has no grammar or that is not loaded yet, which `onLoad` is told of. */
  parser(languageId: string, onLoad: () => void): Parser | undefined {
    const file = fileOf.get(languageId);
    if (file === undefined) return undefined;
    const language = this.loaded.get(file);
    if (language) return new Parser().setLanguage(language);
    if (!this.loading.has(file)) {
      this.loading.add(file);
      // Without its grammar a language is read by a simple scan, so a failure takes nothing away that is missed at once.
      this.load(file).then(onLoad, () => {});
    }
    return undefined;
  }

  private async load(file: string): Promise<void> {
    this.runtime ??= this.read('web-tree-sitter').then((wasmBinary) => Parser.init({ wasmBinary }));
    await this.runtime;
    this.loaded.set(file, await Language.load(await this.read(`tree-sitter-${file}`)));
  }

  private async read(name: string): Promise<Uint8Array> {
    return vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.folder, `${name}.wasm`));
  }
}
