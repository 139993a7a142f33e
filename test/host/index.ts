// VS Code calls `run` inside its extension host; the web harness and @vscode/test-electron share this contract.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

export async function run(): Promise<void> {
  const grep = process.env['TEST_GREP'];
  const report = process.env['MOCHA_JSON'];
  const mocha = new Mocha({
    ui: 'tdd',
    timeout: 30_000,
    // A workbench has clocks of its own; the report names what needed a second try.
    retries: 1,
    color: false,
    ...(grep ? { grep } : {}),
    // The runner takes its verdict from this file: the exit code alone once said 0 after the host had died.
    ...(report ? { reporter: 'json', reporterOptions: { output: report } } : {}),
  });
  for (const name of readdirSync(__dirname)) {
    if (name.endsWith('.test.js')) mocha.addFile(path.join(__dirname, name));
  }
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => {
      if (failures > 0) reject(new Error(`${failures} host test(s) failed`));
      else resolve();
    });
  });
}
