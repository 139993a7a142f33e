// What Bytewise says in Chinese: nothing is left in English, and nothing is cut off.
import assert from 'node:assert/strict';

export const language = 'zh-cn';

export default async function (ui) {
  const { step, shot, until, page, openFile, goTo, typeText, waitForGhostText, statusBarText, statusBarItem } = ui;
  const { runCommand, palette } = ui;
  const list = page.locator('.quick-input-widget');
  const rows = list.locator('.quick-input-list .monaco-list-row');

  /** Opens a page of VS Code that stays, by a command. */
  const open = async (title, sign) => {
    await palette(title);
    await page.keyboard.press('Enter');
    await sign.first().waitFor();
    await page.waitForTimeout(700);
  };

  await step('a suggestion', async () => {
    await openFile('inventory.ts');
    await goTo(8);
    await runCommand('Bytewise: 触发建议');
    await page.keyboard.press('Enter');
    await typeText('weight: numb');
    await waitForGhostText(/\S/, 60_000);
    await until('the device', async () => (await statusBarText()).some((text) => text.includes('毫秒/字节')));
    await shot('suggestion');
  });

  await step('the tooltip and the menu of the status bar', async () => {
    await statusBarItem('Bytewise').hover();
    await page.locator('.monaco-hover', { hasText: '模型' }).waitFor();
    await shot('tooltip');
    await statusBarItem('Bytewise').click();
    await rows.filter({ hasText: '热力图' }).first().waitFor();
    await page.waitForTimeout(400);
    await shot('menu');
    const labels = await rows.locator('.label-name:visible').allInnerTexts();
    for (const label of labels) assert.match(label, /[\u4e00-\u9fff]/, label);
    await page.keyboard.press('Escape');
  });

  await step('why there is none', async () => {
    await palette('Bytewise: 为什么没有建议');
    await page.keyboard.press('Enter');
    await rows.filter({ hasText: 'inventory.ts:' }).first().waitFor();
    await page.waitForTimeout(400);
    await shot('why');
    await page.keyboard.press('Escape');
  });

  await step('the settings', async () => {
    await open('Preferences: Open Settings (UI)', page.locator('.settings-editor .setting-item-label'));
    await typeText('@ext:bytewise.bytewise');
    await page
      .locator('.setting-item-description', { hasText: /[\u4e00-\u9fff]/ })
      .first()
      .waitFor();
    await page.waitForTimeout(700);
    await shot('settings');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+F4');
  });

  await step('the walkthrough', async () => {
    await palette('Welcome: Open Walkthrough...');
    await page.keyboard.press('Enter');
    await rows.filter({ hasText: 'Bytewise' }).first().click();
    await page
      .locator('.getting-started-step', { hasText: /[\u4e00-\u9fff]/ })
      .first()
      .waitFor();
    await page.waitForTimeout(1_000);
    await shot('walkthrough');
  });

  await step('the statistics', async () => {
    await runCommand('Bytewise: 显示统计');
    const statistics = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    await statistics.locator('h1', { hasText: /[\u4e00-\u9fff]/ }).waitFor();
    await shot('statistics');
  });
}
