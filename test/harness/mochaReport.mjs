// Prints mocha's JSON report. The verdict comes from this file: VS Code once said 0 after its extension host had died.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// The process number keeps two runs at the same time apart.
export const reportFile = path.join(os.tmpdir(), `bytewise-host-tests-${process.pid}.json`);

/** Returns whether every test of the report has passed, and there was at least one. */
export function printReport() {
  if (!fs.existsSync(reportFile)) {
    console.log('The extension host has left no test report.\n0 passed, 1 failed');
    return false;
  }
  const report = JSON.parse(fs.readFileSync(reportFile, 'utf8'));
  fs.rmSync(reportFile);
  const failures = new Set(report.failures.map((test) => test.fullTitle));
  const skipped = new Set(report.pending.map((test) => test.fullTitle));
  for (const test of report.tests) {
    const mark = failures.has(test.fullTitle) ? '✘' : skipped.has(test.fullTitle) ? '-' : '✔';
    console.log(`  ${mark} ${test.fullTitle} (${test.duration ?? 0} ms)`);
  }
  for (const { fullTitle, err } of report.failures) console.log(`\n${fullTitle}\n${err.stack ?? err.message}`);
  const again = report.tests.filter((test) => test.currentRetry > 0).map((test) => test.fullTitle);
  if (again.length > 0) console.log(`needed a second try: ${again.join(', ')}`);
  console.log(`${report.stats.passes} passed, ${report.stats.failures} failed`);
  return report.stats.passes > 0 && report.stats.failures === 0;
}
