// What one lives with: the menu, "Why No Suggestion?", the snooze and the statistics, in a dark and in a light theme.
import assert from 'node:assert/strict';

const themes = ['Dark Modern', 'Light Modern'];

export default async function (ui) {
  const { step, shot, until, page, openFile, goTo, typeText, runCommand, setTheme, changeSettings } = ui;
  const { ghostText, waitForGhostText, visibleText, statusBarText, statusBarItem, notifications } = ui;
  const status = async () => (await statusBarText()).find((text) => text.includes('Bytewise')) ?? '';
  const list = page.locator('.quick-input-widget');
  const rows = list.locator('.quick-input-list .monaco-list-row');
  const statistics = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  const escape = async () => {
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'hidden' });
  };
  /** Shows something in each theme, the dark one last, so that a step leaves the window as it was. */
  const inThemes = async (title, show) => {
    for (const theme of themes.toReversed()) {
      await setTheme(theme);
      await show();
      // It fades in.
      await page.waitForTimeout(400);
      await shot(`${title} ${theme}`);
      if (theme !== 'Dark Modern') await escape();
    }
  };

  await step('a suggestion is accepted', async () => {
    await openFile('inventory.ts');
    await goTo(8);
    await runCommand('Bytewise: Trigger Suggestion');
    await until('the device', async () => /^Bytewise \w/.test(await status()), 60_000);
    await page.keyboard.press('Enter');
    await typeText('weight: numb');
    await waitForGhostText(/\S/, 60_000);
    for (const theme of themes.toReversed()) {
      await setTheme(theme);
      // Time enough to count as shown.
      await page.waitForTimeout(1_000);
      await shot(`ghost text ${theme}`);
    }
    // A change of theme may take it away for a moment.
    await waitForGhostText(/\S/, 60_000);
    await page.keyboard.press('Tab');
    await until('the accepted text', async () => !/^er/.test((await ghostText()) ?? ''));
    assert.match(await visibleText(), /weight: number/);
  });

  await step('the menu tells state, device and speed, and has the switches', async () => {
    await inThemes('menu', async () => {
      await statusBarItem('Bytewise').click();
      await rows.filter({ hasText: 'Why No Suggestion?' }).waitFor();
    });
    const words = await list.locator('input.input').getAttribute('placeholder');
    assert.match(words, /^(Ready|Working) on \w+(, text after \d+ ms)?(, \d+\.\d ms per byte)?$/);
    const labels = (await rows.allInnerTexts()).join('\n');
    for (const label of ['Completions', 'Snooze', 'Statistics', 'Heat Map', 'Patch Marks', 'Release Memory Now']) {
      assert.ok(labels.includes(label), `${label} in ${labels}`);
    }
    await escape();
  });

  await step('the command explains what happened, with time and place', async () => {
    await inThemes('why', async () => {
      await runCommandThatAsks('Bytewise: Why No Suggestion?');
      await rows.filter({ hasText: 'inventory.ts:' }).first().waitFor();
    });
    const texts = await rows.allInnerTexts();
    assert.ok(
      texts.some((text) => /Shown.*\d+:\d\d.*inventory\.ts:9:\d+/s.test(text)),
      texts.join('\n'),
    );
    await escape();
  });

  /** Runs a command that opens a list of its own, so that the list does not close. */
  async function runCommandThatAsks(title) {
    await ui.palette(title);
    await page.keyboard.press('Enter');
  }

  await step('an entry leads to the setting behind it', async () => {
    await changeSettings({ 'bytewise.languages': { typescript: false } });
    await runCommandThatAsks('Bytewise: Why No Suggestion?');
    await rows.first().filter({ hasText: 'Suggestions are off in this language' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.settings-editor .setting-item-label', { hasText: 'Languages' }).first().waitFor();
    await shot('setting');
    await page.keyboard.press('Control+F4');
    await changeSettings({ 'bytewise.languages': null });
  });

  await step('a snooze shows in the status bar, and can be ended', async () => {
    await openFile('inventory.ts');
    await runCommandThatAsks('Bytewise: Snooze Suggestions...');
    await rows.filter({ hasText: '15 minutes' }).waitFor();
    await page.waitForTimeout(400);
    await shot('snooze');
    await page.keyboard.press('Enter');
    await until('the status', async () => (await status()) === 'Bytewise: snoozed');
    await runCommandThatAsks('Bytewise: Snooze Suggestions...');
    await rows.first().filter({ hasText: 'End Snooze' }).waitFor();
    await page.keyboard.press('Enter');
    await until('the status', async () => /^Bytewise \w/.test(await status()));
  });

  await step('the statistics count it, and can be read by key and by ear', async () => {
    await runCommand('Bytewise: Show Statistics');
    await statistics.locator('h1', { hasText: 'Bytewise Statistics' }).waitFor();
    const row = statistics.locator('tbody tr', { hasText: 'typescript' });
    await row.waitFor();
    assert.match((await row.innerText()).replaceAll(/\s+/g, ' '), /^typescript [1-9]\d* [12] \(\d+ %\)/);
    for (const theme of themes.toReversed()) {
      await setTheme(theme);
      await page.waitForTimeout(500);
      await shot(`statistics ${theme}`);
    }
    assert.equal(await statistics.getByRole('rowheader', { name: 'typescript' }).count(), 1);
    assert.equal(await statistics.getByRole('columnheader').count(), 9);
    assert.equal(await statistics.getByRole('button', { name: 'Reset Statistics' }).count(), 1);
  });

  await step('they can be reset, by key', async () => {
    await statistics.getByRole('button', { name: 'Reset Statistics' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByRole('button', { name: 'Reset', exact: true }).click();
    await statistics.locator('p', { hasText: 'Nothing has been suggested yet' }).waitFor();
  });

  await step('the walkthrough begins with the first thing to do', async () => {
    await runCommandThatAsks('Welcome: Open Walkthrough...');
    await rows.filter({ hasText: 'Getting Started with Bytewise' }).waitFor();
    await list.locator('input.input').fill('Bytewise');
    await page.keyboard.press('Enter');
    const steps = page.locator('.getting-started-step');
    await steps.filter({ hasText: 'Type, and accept' }).waitFor();
    assert.equal(await steps.count(), 4);
    // A narrow page hides the pictures.
    await page.keyboard.press('Control+B');
    const picture = page.locator('.getting-started-media img');
    await until('the picture', () => picture.evaluate(({ naturalWidth }) => naturalWidth > 0));
    for (const theme of themes.toReversed()) {
      await setTheme(theme);
      await page.waitForTimeout(800);
      await shot(`walkthrough ${theme}`);
    }
  });

  await step('nothing has gone wrong loudly', async () => {
    assert.deepEqual(await notifications(), []);
  });
}
