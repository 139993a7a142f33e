// The licences of everything that a package carries: what esbuild put into the bundles, onnxruntime and grammars beside them.
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';

const programs = [
  'src/extension.ts',
  'src/engine/process.ts',
  'src/cli/main.ts',
  'media/inspector/main.ts',
  'media/inspector/tokens.ts',
];

/** What these ship no file of; this is the text of their repositories. */
const withoutFile = ['onnxruntime', '@vscode/l10n'];
const microsoft = `MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Packages of which the build copies WebAssembly files. */
const grammars = ['@vscode/tree-sitter-wasm', 'tree-sitter-html', '@tree-sitter-grammars/tree-sitter-yaml'].map(
  (name) => `node_modules/${name}`,
);

/** One text with a section for each package; throws if one has no licence file. */
export async function thirdPartyNotices(root) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: programs,
    outdir: 'dist',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    external: ['vscode', 'onnxruntime-node'],
  });
  const folders = Object.keys(metafile.inputs).flatMap((file) => {
    const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file) ?? [];
    return folder === undefined ? [] : [folder];
  });
  const sections = [...new Set([...folders, ...grammars])].map((folder) => {
    const name = folder.split('node_modules/').at(-1);
    if (withoutFile.includes(name)) return undefined;
    const licence = fs.readdirSync(path.join(root, folder)).find((file) => /^licen[cs]e/i.test(file));
    if (licence === undefined) throw new Error(`${folder} has no licence file.`);
    return section(name, fs.readFileSync(path.join(root, folder, licence), 'utf8'));
  });
  const others = withoutFile.map((name) => section(name, microsoft));
  return [...sections.filter(Boolean), ...others].sort().join('\n');
}

const section = (name, text) => `${'='.repeat(80)}\n${name}\n${'='.repeat(80)}\n\n${text.trim()}\n`;
