// The house rules a machine can check. The import arrows are proved by test/unit/architecture.test.ts.
import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// Libraries that only compute: no I/O, no Node modules. They may be used in rooms that import nothing else.
const pureLibraries = ['@vscode/l10n', 'valibot', 'd3-color', 'd3-scale-chromatic', 'diff', 'ignore'];
const nativeRuntime = '^onnxruntime-(node|common|web)(/|$)';

const vscode = { regex: '^vscode$', message: 'Only src/editor and src/extension.ts talk to VS Code.' };
const runtime = { regex: nativeRuntime, message: 'Only src/engine/model.ts and session files talk to onnxruntime.' };
const spawning = { regex: '^(node:)?child_process$', message: 'Only src/engine/fork.ts starts processes.' };
const engineProcess = {
  regex: '^\\.{1,2}/(.*/)?process(\\.[jt]s)?$',
  message: 'src/engine/process.ts is a program of its own; nobody imports it.',
};

/** Forbids every package, Node module included, except the ones named. */
const onlyPackages = (...names) => ({
  regex: `^(?!\\.{1,2}(/|$)|(${names.join('|')})(/|$))`,
  message: `This room imports no package but ${names.join(', ')}.`,
});
// `../engine/x` is the engine's room, but `./engine` and `../core/engine` are the contract in src/core/engine.ts.
const end = (names) => `(${names.join('|')})(\\.[jt]s)?$`;

/** Forbids files of other rooms. */
const notRooms = (...rooms) => ({
  regex: `^(\\.\\./)+(src/)?(${rooms.join('|')})(\\.[jt]s|/|$)|^\\./(${rooms.join('|')})/`,
  message: `This room may not import ${rooms.join(', ')}.`,
});
/** Of the engine only the named files may be imported. */
const ofEngineOnly = (...names) => ({
  regex: `^(\\.\\./)+(src/)?engine(/?$|/(?!${end(names)}))|^\\./engine/(?!${end(names)})`,
  message: `Of the engine, only ${names.join(' and ')} may be imported here.`,
});

const arrows = (files, patterns, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, engineProcess] }] },
});

// The rule above does not see `import('x')`, as a call or as a type.
const staticImportsOnly = [
  { selector: 'ImportExpression', message: 'Import statically, so that the import arrows are checked.' },
  { selector: 'TSImportType', message: 'Use `import type`, so that the import arrows are checked.' },
];

const engineFiles = ['src/engine/**/*.ts'];
const sessionFiles = ['src/engine/model.ts', 'src/engine/session*.ts'];
// Two more name the type of what it starts.
const forkFiles = ['src/engine/fork.ts', 'src/engine/modelProcess.ts', 'src/engine/placement.ts'];
const grammarFiles = ['src/editor/syntaxText.ts', 'src/editor/grammars.ts', 'src/editor/syntaxTrees.ts'];
const batteryFiles = ['src/editor/powerSource.ts', 'src/editor/systeminformation.d.ts'];

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'dist/',
      'dist-test/',
      'coverage/',
      'shots/',
      '.vscode-test/',
      '.vscode-test-web/',
      'training/',
      'models/',
      'test/fixtures/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Numbers read well in messages; objects do not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: globals.node },
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }] },
  },
  {
    // Playwright carries functions over into the page.
    files: ['test/harness/**/*.mjs', 'test/ui/**/*.mjs'],
    languageOptions: { globals: globals.browser },
  },

  { files: ['src/**/*.ts', 'media/**/*.ts'], rules: { 'no-console': 'error' } },
  { files: ['src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['src/**/*.ts', 'media/**/*.ts'],
    ignores: [...sessionFiles, 'src/editor/powerSource.ts'],
    rules: { 'no-restricted-syntax': ['error', ...staticImportsOnly] },
  },

  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'require', '__dirname', '__filename', 'setImmediate'],
    },
  },
  arrows(['src/core/**/*.ts'], [onlyPackages(...pureLibraries), notRooms('engine', 'editor', 'cli', 'extension')]),
  arrows(['src/editor/**/*.ts'], [onlyPackages('vscode', ...pureLibraries), notRooms('engine', 'cli', 'extension')]),
  arrows(grammarFiles, [onlyPackages('vscode', 'web-tree-sitter'), notRooms('engine', 'cli', 'extension')]),
  arrows(batteryFiles, [onlyPackages('systeminformation'), notRooms('engine', 'cli', 'extension')]),
  arrows(
    ['src/cli/**/*.ts'],
    [vscode, runtime, spawning, notRooms('editor', 'extension'), ofEngineOnly('client', 'protocol')],
  ),
  arrows(['src/extension.ts'], [runtime, spawning, notRooms('cli'), ofEngineOnly('client')]),
  arrows(
    engineFiles,
    [vscode, runtime, spawning, notRooms('editor', 'cli', 'extension')],
    [...sessionFiles, ...forkFiles],
  ),
  arrows(sessionFiles, [vscode, spawning, notRooms('editor', 'cli', 'extension')]),
  arrows(forkFiles, [vscode, runtime, notRooms('editor', 'cli', 'extension')]),
  arrows(
    ['media/**/*.ts'],
    [onlyPackages('@vscode/l10n', 'uplot', 'gpt-tokenizer'), notRooms('engine', 'editor', 'cli', 'extension')],
  ),
  arrows(['eval/**/*.ts'], [vscode, runtime, notRooms('editor', 'cli', 'extension'), ofEngineOnly('client')]),
  arrows(['test/**/*.ts', 'bench/**/*.ts'], []),
);
