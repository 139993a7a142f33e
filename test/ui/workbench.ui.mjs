// A UI test is a file test/ui/*.ui.mjs. Its default export drives a real VS Code window that shows a private copy of
// test/fixtures/sample; its optional export `settings` holds the user settings that the window starts with, and `language`
// is the one that extensions are told. Each file gets a new window, extension host and browser storage. The function receives one object; take from it what you need:
//
//   step(name, run)            a named part of the test; the first failing one ends the file, with a screenshot
//   page, workspace            the Playwright page, and the folder on disk that the window shows
//   shot(title)                a screenshot in shots/
//   until(what, ask, limit)    asks until the answer is truthy; for everything Playwright cannot await
//   openFile(name)  newFile(name, text)  save()  fileText(name)  runCommand(title)  palette(text)
//   statusBarItem(text)  statusBarText()  notifications()  changeSettings(changes)  setTheme(name)
//   typeText(text)  goTo(line, column)  goToEnd()  visibleText()  hover(text)  textBox(text)
//   ghostText()  waitForGhostText(wanted)  waitForNoGhostText()  decorations()  decorationColours()
//
// The actions are described in test/harness/windowActions.mjs and test/harness/editorActions.mjs.
// Run one file with `node test/harness/run-ui-tests.mjs workbench` after `npm run build`.
import assert from 'node:assert/strict';

export default async function ({ step, shot, until, page, openFile, visibleText, notifications, statusBarText }) {
  await step('the workbench shows the sample workspace', async () => {
    await page.locator('.explorer-folders-view', { hasText: 'inventory.ts' }).waitFor();
    assert.ok((await statusBarText()).length > 0);
  });

  await step('a file opens', async () => {
    await openFile('inventory.ts');
    await until('the text of the file', async () => (await visibleText()).includes('export class Inventory'));
  });

  await step('nothing has gone wrong loudly', async () => {
    // Errors of a broken start appear with some delay.
    await page.waitForTimeout(1_000);
    await shot('workbench');
    assert.deepEqual(await notifications(), []);
  });
}
