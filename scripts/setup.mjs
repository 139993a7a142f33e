// Makes a fresh checkout ready to run; a second call does only what is missing. `--vscode` adds what the tests in
// VS Code need. This file and what it imports use Node alone, because nothing may be installed yet.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setUpChromium } from '../test/harness/chromium.mjs';
import { root } from '../test/harness/release.mjs';
import { setUpVulkan } from '../test/harness/vulkan.mjs';
import { setUpVsCode } from '../test/harness/setup-vscode.mjs';

function installPackages() {
  const modified = (file) => fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  // npm writes this file last, so it tells when the packages were installed.
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return;
  console.log('Installing npm packages ...');
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

function build() {
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
}

/** `chromium` and `vulkan` are only needed by tests: of the workbench, and of the GPU path on a machine without a GPU. */
export function setUp({ vscode = false, chromium = false, vulkan = false } = {}) {
  installPackages();
  build();
  if (vscode) setUpVsCode();
  if (chromium) setUpChromium();
  if (vulkan) setUpVulkan();
}

if (process.argv[1] === import.meta.filename) {
  const forTests = process.argv.includes('--vscode');
  try {
    setUp({ vscode: forTests, chromium: forTests, vulkan: forTests });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
