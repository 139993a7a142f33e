// A misspelt word: the mark before a suggestion is accepted, the fix with its announcement, the light bulb, the list.
import assert from 'node:assert/strict';

const code = `export function addTax(customerName: string, total: number, rate: number): number {
  const tax = total * rate;
  log(customerName, total, tax);
  if (total > 100) {
    log(customerName, total, tax);
    return total + tax;
  }
  log(customerName, toatl, tax);
  return total + tax;
}
`;

export default async function (ui) {
  const { step, shot, until, page, newFile, goTo, typeText, waitForGhostText, visibleText, fileText, save } = ui;
  const { runCommand, setTheme } = ui;

  await step('a light bulb repairs a written word', async () => {
    await newFile('typos.ts', code);
    await goTo(8, 23);
    await runCommand('Quick Fix...');
    const action = page.locator('.action-widget .monaco-list-row', { hasText: "Change 'toatl' to 'total'" });
    await action.waitFor({ timeout: 60_000 });
    await shot('quick fix');
    await page.keyboard.press('Enter');
    await until('the repaired word', async () => !(await visibleText()).includes('toatl'));
  });

  await step('the list has the right word for a misspelt one', async () => {
    await goTo(5);
    await page.keyboard.press('Enter');
    await typeText('log(cutsomerN');
    const row = page.locator('.suggest-widget .monaco-list-row', { hasText: 'customerName' });
    // The list asks once for a key and waits for nobody long; a slow machine needs to be asked again.
    await until('the right word in the list', async () => {
      await page.keyboard.press('Control+Space');
      return row
        .first()
        .waitFor({ timeout: 1_500 })
        .then(
          () => true,
          () => false,
        );
    });
    await shot('list');
    await page.keyboard.press('Tab');
    await until('the right word', async () => (await visibleText()).includes('log(customerName'));
  });

  await step('what accepting fixes is marked, and announced', async () => {
    await page.keyboard.press('Escape');
    await typeText(', toatl, ');
    await waitForGhostText(/^tax/, 30_000);
    await page
      .locator('.view-line', { hasText: '→ total' })
      .waitFor({ state: 'attached', timeout: 5_000 })
      .catch(() => {});
    await shot('mark');
    await setTheme('Light Modern');
    await shot('mark light');
    await setTheme('Default High Contrast');
    await shot('mark high contrast');
    await setTheme('Default High Contrast Light');
    await shot('mark high contrast light');
    await page.keyboard.press('Tab');
    await until('the fix', async () => !(await visibleText()).includes('toatl'));
    const notice = page.locator('.statusbar-item', { hasText: 'toatl → total' }).first();
    await notice.waitFor();
    assert.equal(
      (await notice.getAttribute('role').catch(() => null)) ??
        ((await notice.locator('[role=alert]').count()) ? 'alert' : ''),
      'alert',
    );
    await shot('fixed');
  });

  await step('one undo takes both back', async () => {
    await page.keyboard.press('Control+Z');
    await until('the typo', async () => (await visibleText()).includes(', toatl, '));
    await save();
    assert.match(fileText('typos.ts'), /log\(customerName, toatl, \n?/);
  });
}
