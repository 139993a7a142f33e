// A model that cannot be loaded: told once, with a way out, and the editor goes on.
import assert from 'node:assert/strict';

export const settings = { 'bytewise.model.directory': '/nowhere/at/all' };

export default async function (ui) {
  const { step, shot, until, page, openFile, goTo, typeText, visibleText, statusBarText, notifications } = ui;
  const status = async () => (await statusBarText()).find((text) => text.includes('Bytewise')) ?? '';

  await step('the first request tells what is wrong', async () => {
    await openFile('inventory.ts');
    await goTo(8);
    await typeText(' //');
    await until(
      'the message',
      async () => (await notifications()).some((text) => text.startsWith('Bytewise:')),
      60_000,
    );
    await until('the status', async () => (await status()) === 'Bytewise: failed');
    // It fades in.
    await page.waitForTimeout(500);
    await shot('failure');
  });

  await step('more typing works and tells it no second time', async () => {
    await typeText(' and so on');
    await page.waitForTimeout(1_500);
    assert.match(await visibleText(), /unitPrice: number; \/\/ and so on/);
    assert.equal((await notifications()).filter((text) => text.startsWith('Bytewise:')).length, 1);
  });

  await step('the message has buttons', async () => {
    const buttons = page.locator('.notifications-toasts .monaco-button');
    const titles = await buttons.allInnerTexts();
    assert.ok(
      titles.some((title) => title.includes('Open Settings')),
      titles.join(),
    );
    assert.ok(
      titles.some((title) => title.includes('Restart Engine')),
      titles.join(),
    );
  });
}
