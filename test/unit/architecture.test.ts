// Proves the import arrows of eslint.config.mjs: each forbidden import is reported, each allowed one is not.
import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';

// The snippets are no files, so the rules that need types are switched off; the arrows need none.
const eslint = new ESLint({
  cwd: path.resolve(import.meta.dirname, '../..'),
  overrideConfig: [tseslint.configs.disableTypeChecked],
});

const arrowRules = new Set([
  'no-restricted-imports',
  'no-restricted-syntax',
  'no-restricted-globals',
  'no-console',
  '@typescript-eslint/no-require-imports',
]);

async function brokenRules(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: file });
  const messages = result?.messages ?? [];
  expect(messages.filter((message) => message.fatal)).toEqual([]);
  return messages.map((message) => message.ruleId ?? '').filter((rule) => arrowRules.has(rule));
}

const importing = (name: string) => `import { thing } from '${name}';\nexport const used = thing;\n`;

// Each line reads: the importing file, then what it may not import, then what it may.
const arrows: [file: string, forbidden: string[], allowed: string[]][] = [
  [
    'src/core/patcher.ts',
    [
      'vscode',
      'onnxruntime-node',
      'onnxruntime-common',
      'node:fs',
      'fs',
      'node:child_process',
      'commander',
      'vscode-jsonrpc',
      '../engine/model',
      '../engine/process',
      '../engine',
      '../editor/log',
      '../cli/main',
      '../extension',
      '../../src/engine/model',
    ],
    ['./bytes', './engine', 'valibot', 'd3-color', 'd3-scale-chromatic'],
  ],
  [
    'src/editor/statusBar.ts',
    [
      'onnxruntime-node',
      'node:fs',
      'node:child_process',
      'vscode-jsonrpc/node',
      '../engine/client',
      '../engine/protocol',
      '../engine/process',
      '../cli/main',
      '../extension',
      'systeminformation',
    ],
    ['vscode', '../core/engine', '../core/bytes', './log', 'ignore'],
  ],
  ['src/editor/powerSource.ts', ['vscode', 'node:http', '../engine/client'], ['systeminformation', './battery']],
  [
    'eval/completer.ts',
    [
      'vscode',
      'onnxruntime-node',
      '../src/engine/model',
      '../src/engine/generate',
      '../src/engine/process',
      '../src/editor/report',
      '../src/cli/main',
    ],
    ['../src/engine/client', '../src/core/suggestion', '../src/core/engine', 'node:child_process', 'vega'],
  ],
  [
    'src/engine/generate.ts',
    [
      'vscode',
      'onnxruntime-node',
      'onnxruntime-common',
      'node:child_process',
      'child_process',
      '../editor/log',
      '../cli/main',
      '../extension',
      './process',
    ],
    [
      '../core/engine',
      '../core/sampler',
      './model',
      './kvCache',
      'node:fs/promises',
      'node:process',
      'vscode-jsonrpc/node',
    ],
  ],
  [
    'src/engine/process.ts',
    ['vscode', 'onnxruntime-node', 'node:child_process', '../editor/log'],
    ['./generate', './model', './protocol', '../core/manifest', 'vscode-jsonrpc/node'],
  ],
  [
    'src/engine/model.ts',
    ['vscode', 'node:child_process', '../editor/log', '../cli/main', './process'],
    ['onnxruntime-node', './session', './sessionOptions', '../core/manifest', 'node:path'],
  ],
  [
    'src/engine/sessionOptions.ts',
    ['vscode', 'node:child_process', '../editor/log', './process'],
    ['onnxruntime-node'],
  ],
  [
    'src/engine/fork.ts',
    ['vscode', 'onnxruntime-node', '../editor/log', './process'],
    ['node:child_process', './protocol', '../core/engine', 'vscode-jsonrpc/node'],
  ],
  [
    'src/cli/main.ts',
    [
      'vscode',
      'onnxruntime-node',
      'node:child_process',
      '../editor/log',
      '../extension',
      '../engine/model',
      '../engine/generate',
      '../engine/process',
      '../engine',
    ],
    [
      '../core/engine',
      '../core/heatMap',
      '../engine/client',
      '../engine/protocol',
      './colours',
      'commander',
      'chalk',
      'node:fs',
    ],
  ],
  [
    'src/extension.ts',
    ['onnxruntime-node', 'node:child_process', './cli/main', './engine/model', './engine/protocol', './engine/process'],
    ['vscode', './editor/statusBar', './engine/client', './core/engine', 'node:path'],
  ],
  [
    'media/inspector/chart.ts',
    [
      'vscode',
      'node:fs',
      'onnxruntime-node',
      'valibot',
      '../../src/engine/model',
      '../../src/engine/client',
      '../../src/editor/report',
      '../../src/cli/main',
      '../../src/extension',
    ],
    ['uplot', 'gpt-tokenizer/encoding/cl100k_base', '../../src/core/pieces', '../../src/core/engine', './dom'],
  ],
  ['test/unit/client.test.ts', ['../../src/engine/process'], ['../../src/engine/client', 'node:process']],
];

describe.each(arrows)('%s', (file, forbidden, allowed) => {
  test.each(forbidden)('may not import %s', async (name) => {
    expect(await brokenRules(file, importing(name))).toContain('no-restricted-imports');
  });
  test.each(allowed)('may import %s', async (name) => {
    expect(await brokenRules(file, importing(name))).toEqual([]);
  });
});

describe('back doors', () => {
  const closed: [why: string, file: string, code: string][] = [
    ['a type-only import', 'src/core/bytes.ts', "import type { Uri } from 'vscode';\nexport type Place = Uri;\n"],
    ['a re-export', 'src/core/bytes.ts', "export * from '../engine/model';\n"],
    ['a dynamic import', 'src/editor/log.ts', "export const late = () => import('../engine/client');\n"],
    ['an import type', 'src/cli/main.ts', "export type Place = import('vscode').Uri;\n"],
    ['a require', 'src/editor/log.ts', "export const fs: unknown = require('node:fs');\n"],
    ['a Node global in core', 'src/core/bytes.ts', 'export const home = process.cwd();\n'],
    ['console in the editor', 'src/editor/log.ts', "console.log('hello');\n"],
  ];
  test.each(closed)('%s is reported', async (_why, file, code) => {
    expect(await brokenRules(file, code)).not.toEqual([]);
  });

  test('the command line may use console', async () => {
    expect(await brokenRules('src/cli/main.ts', "console.log('hello');\n")).toEqual([]);
  });
  test('the library that knows batteries is loaded late', async () => {
    const code = "export const load = () => import('systeminformation/lib/battery');\n";
    expect(await brokenRules('src/editor/powerSource.ts', code)).toEqual([]);
    expect(await brokenRules('src/editor/battery.ts', code)).toEqual(['no-restricted-syntax']);
  });
  test('the session files may load the native runtime late, to report a failure well', async () => {
    const code = "export const load = () => import('onnxruntime-node');\n";
    expect(await brokenRules('src/engine/model.ts', code)).toEqual([]);
    expect(await brokenRules('src/engine/generate.ts', code)).toEqual(['no-restricted-syntax']);
  });
});
