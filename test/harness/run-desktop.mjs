// Runs the host tests in the desktop VS Code, which it downloads from Microsoft; so it needs the internet and a display.
//   VSCODE_VERSION=1.99.3   the oldest version that the extension supports
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { printReport, reportFile } from './mochaReport.mjs';
import { root } from './release.mjs';

const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'bytewise-workspace-'));
fs.cpSync(path.join(root, 'test/fixtures/sample'), workspace, { recursive: true });
try {
  await runTests({
    version: process.env.VSCODE_VERSION ?? 'stable',
    extensionDevelopmentPath: [root, path.join(root, 'test/harness/notebookExtension')],
    extensionTestsPath: path.join(root, 'dist-test/host/index.js'),
    extensionTestsEnv: { MOCHA_JSON: reportFile },
    launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust', '--skip-welcome'],
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
fs.rmSync(workspace, { recursive: true, force: true });
if (!printReport()) process.exitCode = 1;
