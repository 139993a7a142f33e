// Installs the pinned VS Code server from the npm registry and, when the running Node is too old for it, a newer Node.
// It runs no install script, compiles nothing, and does nothing when everything is there already.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, node, nodeBin, root, vscode, vscodeDir } from './release.mjs';

// Neither the server nor the extension host loads these; without them the folder is 230 MB smaller.
const unusedModules = [
  '@github',
  '@microsoft/mxc-sdk',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  '@devcontainers',
];

/** Downloads one npm package and returns its tarball, or throws when it is not the one that was pinned. */
function download({ package: spec, integrity }, into) {
  const report = execFileSync('npm', ['pack', spec, '--json', '--pack-destination', into], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const tarball = path.join(into, path.basename(JSON.parse(report)[0].filename));
  const found = `sha512-${createHash('sha512').update(fs.readFileSync(tarball)).digest('base64')}`;
  if (found !== integrity) throw new Error(`${spec} is not the pinned package: its checksum is ${found}`);
  return tarball;
}

/** Works in a folder of its own and moves the result into place last, so that a broken run leaves nothing behind. */
function inFreshFolder(work) {
  fs.mkdirSync(cacheDir, { recursive: true });
  const folder = fs.mkdtempSync(path.join(cacheDir, 'setup-'));
  try {
    return work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Provides a Node that is new enough for the VS Code server and for vsce. */
export function setUpNode() {
  if (fs.existsSync(nodeBin)) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The VS Code server needs Node 22.15 or newer. Install it, or name one in VSCODE_TEST_NODE.');
  }
  inFreshFolder((folder) => {
    const unpacked = path.join(folder, 'node');
    fs.mkdirSync(unpacked);
    execFileSync('tar', [
      ...['xzf', download(node, folder), '-C', unpacked, '--strip-components=1'],
      ...['package/bin/node', 'package/LICENSE'],
    ]);
    fs.renameSync(unpacked, path.dirname(path.dirname(nodeBin)));
  });
  console.log(`Node ${node.version} is ready for the VS Code server.`);
}

/**
 * Drops the built-in extensions that run code: they only slow the start down, and grammars and themes stay.
 * The web worker host has its list of built-ins compiled in, so those with a browser entry need an empty one,
 * or VS Code shows an error for each.
 */
function dropBuiltInsThatRunCode(extensions) {
  for (const name of fs.readdirSync(extensions)) {
    const manifestFile = path.join(extensions, name, 'package.json');
    if (!fs.existsSync(manifestFile)) continue;
    const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
    if (!manifest.main && !manifest.browser) continue;
    fs.rmSync(path.join(extensions, name), { recursive: true });
    if (manifest.browser) {
      const entry = path.join(extensions, name, manifest.browser.replace(/(\.js)?$/, '.js'));
      fs.mkdirSync(path.dirname(entry), { recursive: true });
      fs.writeFileSync(entry, 'exports.activate = () => {};\n');
    }
  }
}

/** Two native modules come without a binary; stand-ins take their place, so that no compiler is needed. */
function replaceNativeModules(modules) {
  fs.copyFileSync(path.join(root, 'test/harness/spdlogStandIn.cjs'), path.join(modules, '@vscode/spdlog/index.js'));
  const watchdog = path.join(modules, '@vscode/native-watchdog/index.js');
  fs.writeFileSync(watchdog, 'exports.start = () => {};\nexports.exit = (code) => process.exit(code ?? 0);\n');
}

export function setUpVsCode() {
  setUpNode();
  if (fs.existsSync(vscodeDir)) return;
  console.log(`Fetching VS Code ${vscode.version}, once ...`);
  inFreshFolder((folder) => {
    // Only lib/vscode is needed, not the code-server wrapper around it.
    const tarball = download(vscode, folder);
    const copilot = 'package/lib/vscode/extensions/copilot';
    execFileSync('tar', ['xzf', tarball, '-C', folder, '--exclude', copilot, 'package/lib/vscode']);
    const unpacked = path.join(folder, 'package/lib/vscode');
    dropBuiltInsThatRunCode(path.join(unpacked, 'extensions'));
    // The published shrinkwrap lacks one optional peer, hence --legacy-peer-deps.
    const flags = [
      '--omit=dev',
      '--ignore-scripts',
      '--legacy-peer-deps',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    execFileSync('npm', ['ci', ...flags], {
      cwd: unpacked,
      stdio: 'inherit',
      shell: process.platform === 'win32',
      env: { ...process.env, PATH: `${path.dirname(nodeBin)}${path.delimiter}${process.env.PATH}` },
    });
    const modules = path.join(unpacked, 'node_modules');
    for (const name of unusedModules) fs.rmSync(path.join(modules, name), { recursive: true, force: true });
    replaceNativeModules(modules);
    fs.renameSync(unpacked, vscodeDir);
  });
  console.log(`VS Code ${vscode.version} is ready.`);
}

if (process.argv[1] === import.meta.filename) setUpVsCode();
