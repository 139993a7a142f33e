// Drives the real workbench: runs every test/ui/*.ui.mjs in a window of its own. Screenshots go to shots/.
// A file that fails gets a second try in a new window, since a workbench has clocks of its own; the last lines name it.
//   --vsix FILE        tests that package instead of this checkout
//   name ...           runs only the files whose name contains one of these
//   VERBOSE=1          prints what the server and the page log
// How to write a test stands at the top of test/ui/workbench.ui.mjs.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openPage, startBrowser, windowAddress } from './browser.mjs';
import { editorActions } from './editorActions.mjs';
import { root } from './release.mjs';
import { startServer, writeSettings } from './server.mjs';
import { mailboxEnvironment, remoteControl, remoteControlExtension } from './remoteControl.mjs';
import { until } from './until.mjs';
import { windowActions } from './windowActions.mjs';

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { vsix: { type: 'string' } },
});
const testDir = path.join(root, 'test/ui');
const gitExtension = path.join(root, 'test/harness/gitExtension');
const shotsDir = path.join(root, 'shots', options.vsix ? 'vsix' : 'checkout');
const mailbox = fs.mkdtempSync(path.join(os.tmpdir(), 'bytewise-mailbox-'));

/** Names and times the parts of a test; the first one that fails ends its file. */
function stepper(shot, tally) {
  return async (name, run) => {
    const start = performance.now();
    try {
      const result = await run();
      tally.passed++;
      console.log(`  ✔ ${name} (${Math.round(performance.now() - start)} ms)`);
      return result;
    } catch (error) {
      tally.failed++;
      console.log(`  ✘ ${name}\n${error.stack}`);
      await shot(`FAILED ${name}`).catch(() => {});
      throw Object.assign(error, { reported: true });
    }
  };
}

/** Runs a file in a new window and a new copy of the workspace, and counts the steps that passed and failed. */
async function runFile(name, server, browser, attempt) {
  console.log(name);
  const tally = { passed: 0, failed: 0 };
  const test = await import(pathToFileURL(path.join(testDir, name)));
  const startSettings = test.settings ?? {};
  writeSettings(server.dataDir, startSettings);
  // The window of a first try may still be on its way out, with its eyes on its own folder.
  const folder = path.basename(name, '.ui.mjs') + (attempt > 1 ? `-${attempt}` : '');
  const workspace = path.join(server.dataDir, 'workspaces', folder);
  fs.cpSync(path.join(root, 'test/fixtures/sample'), workspace, { recursive: true });
  const page = await openPage(browser, test.language);

  let shots = 0;
  const shot = (title) => {
    const number = String(++shots).padStart(2, '0');
    const file = `${number}-${title.replaceAll(/[^\w]+/g, '-')}.png`;
    return page.screenshot({ path: path.join(shotsDir, folder, file) });
  };
  const control = remoteControl(mailbox, workspace);
  const actions = { ...windowActions({ page, workspace, startSettings, ...control }), ...control };
  try {
    await page.goto(windowAddress(server.host, workspace), { waitUntil: 'domcontentloaded' });
    await actions.ready();
    await test.default({
      page,
      workspace,
      until,
      shot,
      step: stepper(shot, tally),
      ...actions,
      ...editorActions({ page }),
    });
  } catch (error) {
    if (!error.reported) {
      tally.failed++;
      console.log(`  ✘ outside of any step\n${error.stack}`);
      await shot('FAILED').catch(() => {});
    }
  } finally {
    await page.context().close();
  }
  return tally;
}

const files = fs
  .readdirSync(testDir)
  .filter((name) => name.endsWith('.ui.mjs') && (wanted.length === 0 || wanted.some((part) => name.includes(part))));
fs.rmSync(shotsDir, { recursive: true, force: true });
const server = await startServer({
  extensions: [options.vsix ? path.resolve(options.vsix) : root, remoteControlExtension, gitExtension],
  env: mailboxEnvironment(mailbox),
});
const browser = await startBrowser();
const tallies = [];
const secondTries = [];
for (const name of files) {
  let tally = await runFile(name, server, browser, 1);
  if (tally.failed > 0) {
    secondTries.push(name);
    console.log('a second try, in a new window:');
    tally = await runFile(name, server, browser, 2);
  }
  tallies.push(tally);
}
await browser.close();
await server.stop();
fs.rmSync(mailbox, { recursive: true, force: true });
const sum = (kind) => tallies.reduce((all, tally) => all + tally[kind], 0);
const failed = files.length === 0 ? 1 : sum('failed');
if (secondTries.length > 0) console.log(`needed a second try: ${secondTries.join(', ')}`);
console.log(`${sum('passed')} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
