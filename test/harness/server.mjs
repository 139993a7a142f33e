// Starts the VS Code server on a free local port, with data folders of its own. Needs no installed package.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheDir, nodeBin, root, serverMain } from './release.mjs';

/** What every run starts with: no network, no welcome pages, nothing that moves by itself. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.experimentalOnboarding': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'files.hotExit': 'off',
  'editor.inlineSuggest.enabled': true,
  'editor.inlineSuggest.minShowDelay': 0,
  'editor.hover.delay': 100,
  'workbench.colorTheme': 'Dark Modern',
};

const settingsFile = (dataDir) => path.join(dataDir, 'user/User/settings.json');

export function writeSettings(dataDir, settings) {
  const file = settingsFile(dataDir);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
}

/**
 * Installs an unpacked extension as a link, so that a rebuild shows after a reload of the window. "Uninstall" in VS Code
 * deletes the link. The whole folder is linked, not its parts: VS Code tells by the real path of a module which extension
 * it belongs to, and so which translations it gets.
 */
function linkExtension(extensionsDir, source) {
  const { publisher, name, version } = JSON.parse(fs.readFileSync(path.join(source, 'package.json'), 'utf8'));
  const folder = `${publisher}.${name}-${version}`;
  fs.symlinkSync(source, path.join(extensionsDir, folder), 'junction');
  return {
    identifier: { id: `${publisher}.${name}` },
    version,
    location: { $mid: 1, path: path.join(extensionsDir, folder), scheme: 'file' },
    relativeLocation: folder,
  };
}

/** Each extension is an unpacked one or a VSIX. */
function installExtensions(extensions, extensionsDir, folders) {
  // Only links and copies lie here, also from an earlier run; a link is deleted, not what it leads to.
  fs.rmSync(extensionsDir, { recursive: true, force: true });
  fs.mkdirSync(extensionsDir, { recursive: true });
  const packaged = extensions.filter((extension) => extension.endsWith('.vsix'));
  for (const vsix of packaged) {
    execFileSync(nodeBin, [serverMain, '--install-extension', vsix, '--force', ...folders], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const listFile = path.join(extensionsDir, 'extensions.json');
  const list = fs.existsSync(listFile) ? JSON.parse(fs.readFileSync(listFile, 'utf8')) : [];
  for (const source of extensions.filter((extension) => !packaged.includes(extension))) {
    list.push(linkExtension(extensionsDir, source));
  }
  fs.writeFileSync(listFile, JSON.stringify(list));
}

/**
 * - `dataDir`: where settings and extensions live; left out, a folder that is deleted at the end.
 * - `extensions`: the folders of unpacked extensions, this checkout for one, and the paths of VSIX files.
 * - `smokeTestDriver`: a built workbench runs `extensionTestsPath` only with this flag, which also hides every
 *   notification; so the host tests have it and the UI tests do not.
 * - `graceSeconds`: how long a page may be gone before its extension host is ended.
 * - `env` reaches the extension host too.
 */
export async function startServer({
  dataDir,
  extensions = [],
  settings = {},
  env = {},
  smokeTestDriver = false,
  connectionToken,
  port = 0,
  graceSeconds = 1,
} = {}) {
  if (!fs.existsSync(serverMain)) throw new Error('VS Code is missing: run `node scripts/setup.mjs --vscode` first.');
  const temporary = dataDir ? undefined : fs.mkdtempSync(path.join(os.tmpdir(), 'bytewise-vscode-'));
  const data = dataDir ?? temporary;
  const extensionsDir = path.join(data, 'extensions');
  // Settings that a person has changed in a folder that stays are kept.
  if (!fs.existsSync(settingsFile(data))) writeSettings(data, settings);
  const folders = [
    ...['--server-data-dir', path.join(data, 'server'), '--user-data-dir', path.join(data, 'user')],
    ...['--extensions-dir', extensionsDir, '--accept-server-license-terms'],
  ];
  installExtensions(extensions, extensionsDir, folders);

  const server = spawn(
    nodeBin,
    [
      serverMain,
      ...['--host', '127.0.0.1', '--port', String(port), '--telemetry-level', 'off'],
      ...(connectionToken ? ['--connection-token', connectionToken] : ['--without-connection-token']),
      // The extension host of a closed page, and the model beside it, must not stay for the usual three hours.
      ...['--reconnection-grace-time', String(graceSeconds)],
      ...(smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
      ...folders,
    ],
    {
      cwd: root,
      // A process group of its own lets us end the server together with its extension hosts.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // An empty address switches the extension gallery off.
        EXTENSIONS_GALLERY: '{"serviceUrl":""}',
        VSCODE_AGENT_FOLDER: path.join(data, 'server'),
        NODE_COMPILE_CACHE: path.join(cacheDir, 'node-compile-cache'),
        ...env,
      },
    },
  );

  const end = (signal) => {
    try {
      process.kill(process.platform === 'win32' ? server.pid : -server.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const clean = () => {
    end('SIGKILL');
    if (temporary) fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  };
  // Whatever ends this process, the detached server must not outlive it.
  process.once('exit', clean);
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.once(signal, () => process.exit(code));
  }
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      end('SIGTERM');
      const impatience = setTimeout(() => end('SIGKILL'), 5_000);
      await gone;
      clearTimeout(impatience);
    }
    clean();
    process.off('exit', clean);
  };

  try {
    const host = `127.0.0.1:${await listeningPort(server)}`;
    return { host, dataDir: data, stop, ended: new Promise((resolve) => server.once('exit', resolve)) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listeningPort(server) {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (what) => reject(new Error(`The VS Code server ${what}:\n${output}`));
    setTimeout(() => fail('did not start within a minute'), 60_000).unref();
    server.once('error', reject);
    server.once('exit', (code) => fail(`ended with code ${code}`));
    for (const stream of [server.stdout, server.stderr]) {
      stream.on('data', (chunk) => {
        output = (output + chunk).slice(-20_000);
        if (process.env.VERBOSE) process.stderr.write(chunk);
        const match = /Extension host agent listening on (\d+)/.exec(output);
        if (match) resolve(Number(match[1]));
      });
    }
  });
}
