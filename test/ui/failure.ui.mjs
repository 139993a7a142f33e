// A model that cannot be loaded: told once, with a way out, and the editor goes on.
import assert from 'node:assert/strict';

export default async function (ui) {
  // In a remote window VS Code keeps a setting of the machine for the next window, so it must be taken back.
  const chooseModel = (directory) => ui.changeSettings({ 'bytewise.model.directory': directory });
  try {
    await chooseModel('/nowhere/at/all');
    await failure(ui);
  } finally {
    await chooseModel(null);
  }
}

async function failure(ui) {
  const { step, shot, until, page, openFile, goTo, typeText, runCommand } = ui;
  const { visibleText, statusBarText, notifications } = ui;
  const status = async () => (await statusBarText()).find((text) => text.includes('Bytewise')) ?? '';
  const messages = async () => (await notifications()).filter((text) => text.startsWith('Bytewise:'));

  await step('the first request tells what is wrong', async () => {
    await openFile('inventory.ts');
    await until('the extension', async () => (await status()) === 'Bytewise');
    await goTo(8);
    await runCommand('Bytewise: Trigger Suggestion');
    await until('the message', async () => (await messages()).length > 0, 60_000);
    await until('the status', async () => (await status()) === 'Bytewise: failed');
    // It fades in.
    await page.waitForTimeout(500);
    await shot('failure');
  });

  await step('more typing works and tells it no second time', async () => {
    await typeText(' // a comment');
    await page.waitForTimeout(1_500);
    assert.match(await visibleText(), /unitPrice: number; \/\/ a comment/);
    assert.equal((await messages()).length, 1, (await messages()).join('\n'));
  });

  await step('the message has buttons', async () => {
    const titles = await page.locator('.notifications-toasts .monaco-button').allInnerTexts();
    for (const title of ['Open Settings', 'Restart Engine', 'Show Log']) {
      assert.ok(
        titles.some((text) => text.includes(title)),
        titles.join(),
      );
    }
  });
}
