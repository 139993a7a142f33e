// `npm start`: opens VS Code with this checkout of Bytewise on a copy of the sample workspace, from a bare checkout on.
//   --once-ready   end with success as soon as VS Code answers, for checks
//   --open         also open the address in the default browser
//   --server       use the local VS Code server even where the desktop VS Code is installed
//   --port N       the server's port; left out, a free one
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDir, root } from '../test/harness/release.mjs';
import { startServer } from '../test/harness/server.mjs';
import { setUp } from './setup.mjs';

const { values: options } = parseArgs({
  options: {
    'once-ready': { type: 'boolean', default: false },
    open: { type: 'boolean', default: false },
    server: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
  },
});

/** The sample is copied, so that playing with it does not change the checkout. */
function freshSample() {
  const sample = path.join(cacheDir, 'sample');
  fs.rmSync(sample, { recursive: true, force: true });
  fs.cpSync(path.join(root, 'test/fixtures/sample'), sample, { recursive: true });
  return sample;
}

function desktopIsInstalled() {
  try {
    execFileSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
    return true;
  } catch {
    return false;
  }
}

function openDesktop() {
  setUp();
  execFileSync('code', [`--extensionDevelopmentPath=${root}`, '--new-window', freshSample()], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

async function openServer() {
  setUp({ vscode: true });
  const sample = freshSample();
  const token = randomUUID();
  const server = await startServer({
    dataDir: path.join(cacheDir, 'start'),
    extensions: [root],
    connectionToken: token,
    port: Number(options.port),
    // A laptop that wakes up finds its window as it was.
    graceSeconds: 300,
  });
  const address = `http://${server.host}/?tkn=${token}&folder=${encodeURIComponent(sample)}`;
  if (options['once-ready']) {
    // The answer to the right token is a cookie and a redirection to the page.
    const answer = await fetch(address, { redirect: 'manual' });
    await server.stop();
    if (answer.status !== 302) throw new Error(`VS Code answered with status ${answer.status}.`);
    console.log('VS Code is ready.');
    return;
  }
  console.log(`\nVS Code with Bytewise is running. Open this address in your browser:\n\n  ${address}\n`);
  console.log('Press Ctrl+C to stop it.');
  if (options.open) openInBrowser(address);
  await server.ended;
}

function openInBrowser(address) {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  // Without a browser the printed address is enough.
  spawn(opener, [address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

try {
  if (!options.server && desktopIsInstalled()) openDesktop();
  else await openServer();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
