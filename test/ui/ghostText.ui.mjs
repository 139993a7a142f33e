// Ghost text of the real model, the status bar and its menu, as a user sees them.
import assert from 'node:assert/strict';

export default async function (ui) {
  const { step, shot, until, page, openFile, goTo, typeText, ghostText, waitForGhostText, waitForNoGhostText } = ui;
  const { runCommand, visibleText, statusBarText, statusBarItem, notifications } = ui;
  const status = async () => (await statusBarText()).find((text) => text.includes('Bytewise')) ?? '';
  /** Starts a new line below a line and types into it. */
  const typeBelow = async (line, text) => {
    await goTo(line);
    await page.keyboard.press('Enter');
    await typeText(text);
  };

  await step('before the first request the engine is not running', async () => {
    await openFile('inventory.ts');
    await until('the status bar item', async () => (await status()) === 'Bytewise');
  });

  // VS Code builds the parts of its first editor one by one; who types too early is not heard by this part.
  await step('a command asks for a suggestion and so starts the engine', async () => {
    await goTo(8);
    await runCommand('Bytewise: Trigger Suggestion');
    await until('the device', async () => /^Bytewise \w/.test(await status()), 60_000);
  });

  await step('typing brings ghost text of the model', async () => {
    await typeBelow(8, 'weight: numb');
    const text = await waitForGhostText();
    assert.equal(text, 'er;');
    await shot('ghost text');
  });

  await step('typing what it says leaves the rest', async () => {
    await typeText('e');
    await waitForGhostText(/^r;$/);
  });

  await step('Tab accepts it', async () => {
    await page.keyboard.press('Tab');
    await waitForNoGhostText();
    assert.match(await visibleText(), /^ {2}weight: number;$/m);
  });

  await step('the status bar tells device and speed', async () => {
    await until('the speed', async () => /^Bytewise \w+ · \d+\.\d ms\/byte$/.test(await status()));
    await statusBarItem('Bytewise').hover();
    const tooltip = page.locator('.monaco-hover', { hasText: 'Patch threshold' });
    await tooltip.waitFor();
    assert.match(await tooltip.innerText(), /Model: bytewise-small on \w+/);
    await shot('tooltip');
    await page.mouse.move(640, 300);
    await tooltip.waitFor({ state: 'hidden' });
  });

  await step('the menu switches completions off', async () => {
    await statusBarItem('Bytewise').click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Patch Marks' }).waitFor();
    // It fades in.
    await page.waitForTimeout(300);
    await shot('menu');
    await page.keyboard.press('Enter');
    await until('off', async () => (await status()) === 'Bytewise: off');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await typeBelow(9, 'height: numb');
    await page.waitForTimeout(1_500);
    assert.equal(await ghostText(), '');
  });

  await step('a command switches them on again', async () => {
    await runCommand('Bytewise: Toggle Completions');
    await until('on', async () => /^Bytewise \w/.test(await status()));
    await page.keyboard.press('Backspace');
    await waitForGhostText(/^ber;/);
  });

  await step('two cursors get no ghost text', async () => {
    await page.keyboard.press('Escape');
    await runCommand('Add Cursor Above');
    await typeText('b');
    await page.waitForTimeout(1_500);
    assert.equal(await ghostText(), '');
    await page.keyboard.press('Escape');
  });

  await step('the report says what is loaded', async () => {
    await runCommand('Bytewise: Show Engine Report');
    await until('the report', async () => /sha-256 +[0-9a-f]{64}/.test(await visibleText()));
    await shot('report');
  });

  await step('nothing has gone wrong loudly', async () => {
    assert.deepEqual(await notifications(), []);
  });
}
