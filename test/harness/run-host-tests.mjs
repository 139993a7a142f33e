// Runs test/host/*.test.ts (as bundled in dist-test/host) inside a real extension host.
//   TEST_GREP='part of a title'   runs some of them
//   VERBOSE=1                     prints what the server, the page and the host log
import fs from 'node:fs';
import path from 'node:path';
import { openPage, startBrowser, windowAddress } from './browser.mjs';
import { printReport, reportFile } from './mochaReport.mjs';
import { cacheDir, root } from './release.mjs';
import { startServer } from './server.mjs';

const timeLimit = Number(process.env.TEST_TIMEOUT_MS ?? 300_000);

/** Resolves with the exit code that VS Code reports when the test run has ended. */
async function runInWindow(page, server) {
  const workspace = path.join(server.dataDir, 'workspace');
  fs.cpSync(path.join(root, 'test/fixtures/sample'), workspace, { recursive: true });
  const log = fs.createWriteStream(path.join(cacheDir, 'host-tests.log'));
  const ended = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
  await page.exposeFunction('codeAutomationLog', (kind, args) => {
    log.write(`[${kind}] ${args.join(' ')}\n`);
    if (process.env.VERBOSE) console.error(`[${kind}]`, ...args);
  });
  const address = windowAddress(server.host, workspace, {
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'dist-test/host/index.js'),
  });
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  const late = new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`The host tests took longer than ${timeLimit} ms.`)), timeLimit).unref();
  });
  return Promise.race([ended, late]);
}

fs.mkdirSync(cacheDir, { recursive: true });
const server = await startServer({
  extensions: [path.join(root, 'test/harness/notebookExtension')],
  smokeTestDriver: true,
  env: { MOCHA_JSON: reportFile },
});
const browser = await startBrowser();
const page = await openPage(browser);
let code = 1;
try {
  code = await runInWindow(page, server);
} catch (error) {
  console.error(error.message);
  await page.screenshot({ path: path.join(cacheDir, 'host-tests-failure.png') }).catch(() => {});
}
await browser.close();
await server.stop();
const passed = printReport();
process.exit(passed && code === 0 ? 0 : 1);
