// The test's side of test/harness/remoteControlExtension: asks, and waits until it is done.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './release.mjs';
import { until } from './until.mjs';

export const remoteControlExtension = path.join(root, 'test/harness/remoteControlExtension');

/** The environment by which the extension finds the requests: in a folder for each window. */
export const mailboxEnvironment = (folder) => ({ BYTEWISE_TEST_MAILBOX: folder });

export function remoteControl(mailbox, workspace) {
  const folder = path.join(mailbox, path.basename(workspace));
  fs.mkdirSync(folder);
  const request = path.join(folder, 'request.json');
  const answer = path.join(folder, 'answer.json');
  const ask = async (what) => {
    const text = JSON.stringify(what);
    fs.rmSync(answer, { force: true });
    // Renaming makes the whole request appear at once.
    fs.writeFileSync(`${request}.new`, text);
    fs.renameSync(`${request}.new`, request);
    await until(`VS Code to do ${text}`, () => fs.existsSync(answer), 60_000);
    const { value, error } = JSON.parse(fs.readFileSync(answer, 'utf8'));
    if (error) throw new Error(`VS Code refused ${text}: ${error}`);
    return value;
  };
  return {
    /** Changes user settings and resolves when they are in force; `null` takes one back. */
    changeSettings: (settings) => ask({ settings }),
    openPath: (file) => ask({ open: file }),
    /** Watches the event loop of the extension host while something is done there; see hostWatch.cjs for what comes back. */
    watchingHost: async (run) => {
      await ask({ watch: 'begin' });
      await run();
      return ask({ watch: 'end' });
    },
  };
}
