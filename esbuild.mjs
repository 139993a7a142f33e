// Bundles the three programs, the tests that run inside VS Code, and the benchmark. `--watch` rebuilds, `--production` minifies.
import { context } from 'esbuild';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

/** @type {import('esbuild').BuildOptions} */
const node = {
  bundle: true,
  platform: 'node',
  // The extension host loads CommonJS, and it gives us `__dirname`, by which the programs find each other.
  format: 'cjs',
  target: 'node20',
  // Some libraries ship both module kinds; the ES one is the one that tree-shaking can cut.
  mainFields: ['module', 'main'],
  minify: production,
  sourcemap: !production,
  logLevel: 'warning',
};

// Of its two module kinds a bundle that is CommonJS can only hold this one.
const alias = { 'web-tree-sitter': path.resolve('node_modules/web-tree-sitter/web-tree-sitter.cjs') };

// onnxruntime-node is a native addon: it stays outside and is shipped as it is.
const extension = {
  ...node,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode', 'onnxruntime-node'],
  alias,
};
const engine = {
  ...node,
  entryPoints: ['src/engine/process.ts'],
  outfile: 'dist/engine.js',
  external: ['onnxruntime-node'],
};
const cli = {
  ...node,
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/cli.js',
  external: ['onnxruntime-node'],
  banner: { js: '#!/usr/bin/env node' },
};
// The page of the inspector, and the tokeniser that it loads when it needs one.
const inspector = {
  bundle: true,
  platform: 'browser',
  format: 'iife',
  // What VS Code 1.99 runs its web views in.
  target: 'chrome134',
  entryPoints: ['media/inspector/main.ts', 'media/inspector/tokens.ts'],
  outdir: 'dist/inspector',
  minify: production,
  sourcemap: !production,
  logLevel: 'warning',
};
// Mocha stays outside, so that every test file sees the one instance that runs it.
const hostTests = {
  ...node,
  entryPoints: readdirSync('test/host')
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `test/host/${name}`),
  outdir: 'dist-test/host',
  external: ['vscode', 'mocha', 'onnxruntime-node'],
  alias,
};
const bench = {
  ...node,
  entryPoints: ['bench/main.ts', 'bench/growth.ts', 'bench/heatMap.ts'],
  outdir: 'dist-test/bench',
  external: ['onnxruntime-node'],
};
// Drives the provider without VS Code.
const keystrokes = {
  ...node,
  entryPoints: ['bench/keystrokes.ts'],
  outdir: 'dist-test/bench',
  external: ['onnxruntime-node', 'prettier'],
  alias: { vscode: './bench/standIn/vscode.ts' },
};

// The evaluation runs from the checkout: what draws is a native addon, or finds its parts by itself.
const evaluation = {
  ...node,
  entryPoints: ['eval/curves.ts', 'eval/main.ts', 'eval/places.ts', 'eval/sample.ts', 'eval/typos.ts'],
  outdir: 'dist-test/eval',
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  external: ['onnxruntime-node', '@resvg/resvg-js', 'prettier', 'vega', 'vega-lite'],
  // Libraries in the older module format ask for Node's own modules by `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
};

// A deleted test must not live on as its old bundle.
const testNames = readdirSync('test/host').map((name) => name.replace(/\.ts$/, '.js'));
for (const name of existsSync('dist-test/host') ? readdirSync('dist-test/host') : []) {
  if (!testNames.includes(name.replace(/\.map$/, ''))) rmSync(`dist-test/host/${name}`);
}
// A development build's source maps must not lie beside a production build.
if (production) rmSync('dist', { recursive: true, force: true });

/** The parsers of src/editor/grammars.ts, built to WebAssembly by their authors. */
const grammars = Object.keys(JSON.parse(readFileSync('src/editor/grammars.json', 'utf8')));
mkdirSync('dist/grammars', { recursive: true });
const folders = ['@vscode/tree-sitter-wasm/wasm', 'tree-sitter-html', '@tree-sitter-grammars/tree-sitter-yaml'];
for (const name of ['web-tree-sitter', ...grammars.map((name) => `tree-sitter-${name}`)]) {
  const file = ['web-tree-sitter', ...folders].map((folder) => `node_modules/${folder}/${name}.wasm`).find(existsSync);
  if (file === undefined) throw new Error(`There is no ${name}.wasm.`);
  copyFileSync(file, `dist/grammars/${name}.wasm`);
}

const programs = production
  ? [extension, engine, cli, inspector]
  : [extension, engine, cli, inspector, hostTests, bench, keystrokes, evaluation];
const contexts = await Promise.all(programs.map((options) => context(options)));
if (watch) {
  await Promise.all(contexts.map((built) => built.watch()));
} else {
  try {
    await Promise.all(contexts.map((built) => built.rebuild()));
  } catch {
    // esbuild has already printed the errors.
    process.exitCode = 1;
  }
  await Promise.all(contexts.map((built) => built.dispose()));
  if (existsSync('dist/cli.js')) chmodSync('dist/cli.js', 0o755);
}
