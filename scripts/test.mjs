// `npm test`: sets up whatever a fresh machine lacks, runs every check and test, and ends with a line `N passed, N failed`.
// Every stage runs even if an earlier one fails, so that one run shows all that is wrong.
import { spawn } from 'node:child_process';
import { root } from '../test/harness/release.mjs';

const stages = {
  setup: ['node', 'scripts/setup.mjs', '--vscode'],
  types: ['npm', 'run', '--silent', 'typecheck'],
  lint: ['npm', 'run', '--silent', 'lint'],
  format: ['npm', 'run', '--silent', 'format:check'],
  unit: ['npm', 'run', '--silent', 'test:unit'],
  host: ['node', 'test/harness/run-host-tests.mjs'],
  ui: ['node', 'test/harness/run-ui-tests.mjs'],
};

/** Runs a command, passes its output on, and returns that output too. */
function run([command, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['inherit', 'pipe', 'inherit'],
      shell: process.platform === 'win32',
      // Colour codes would lie between the numbers that are read below.
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ passed: code === 0, output }));
  });
}

/** The last count of that kind: Vitest's "Tests  1 failed | 2 passed (3)" or our own "2 passed, 1 failed". */
function count(output, kind) {
  const lines = output.split('\n').filter((line) => /^\s*(Tests\s.*|\d+ passed, \d+ failed)/.test(line));
  return Number(new RegExp(`(\\d+) ${kind}`).exec(lines.at(-1) ?? '')?.[1] ?? 0);
}

let passed = 0;
let failed = 0;
const summary = [];
for (const [name, command] of Object.entries(stages)) {
  console.log(`\n== ${name}`);
  const start = performance.now();
  const result = await run(command);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  passed += count(result.output, 'passed');
  // A stage that fails without naming a test, the compiler's for one, counts as one failure.
  failed += result.passed ? 0 : Math.max(1, count(result.output, 'failed'));
  summary.push(`${name} ${seconds} s${result.passed ? '' : ' FAILED'}`);
  // Without the set-up nothing else can run.
  if (name === 'setup' && !result.passed) break;
}
console.log(`\n${summary.join(', ')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
