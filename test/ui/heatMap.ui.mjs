// The heat map, the patch marks and the hover as a user sees them, in all four kinds of theme.
import assert from 'node:assert/strict';

const themes = ['Dark Modern', 'Light Modern', 'Default High Contrast', 'Default High Contrast Light'];

export default async function (ui) {
  const { step, shot, until, page, openFile, runCommand, decorations, decorationColours, hover, setTheme } = ui;
  /** Boxes with a line on the left, and boxes with a line below. */
  const marks = async () => (await lined('borderLeftWidth')).length;
  const lined = (side) =>
    page.locator('.monaco-editor .view-overlays .cdr[class*="ced-"]').evaluateAll(
      (boxes, name) =>
        boxes
          .map((box) => getComputedStyle(box))
          .filter((style) => Number.parseFloat(style[name]) > 0 && !style.borderColor.endsWith(', 0)'))
          .map((style) => `${style.borderBottomStyle} ${style.borderBottomWidth}`),
      side,
    );

  await step('without the command nothing is painted', async () => {
    await openFile('inventory.ts');
    await page.waitForTimeout(500);
    assert.deepEqual(await decorations(), []);
  });

  await step('the heat map paints bands in different colours', async () => {
    await runCommand('Bytewise: Toggle Entropy Heat Map');
    await until('bands', async () => (await decorationColours()).length >= 5, 60_000);
    assert.equal(await marks(), 0);
    await page.waitForTimeout(300);
    await shot('heat map Dark Modern');
  });

  await step('patch marks are drawn over it, and no text moves', async () => {
    const before = await ui.textBox('existing.quantity');
    await runCommand('Bytewise: Toggle Patch Marks');
    await until('marks', async () => (await marks()) > 20);
    assert.deepEqual(await ui.textBox('existing.quantity'), before);
    await shot('patch marks Dark Modern');
  });

  await step('the hover explains a byte', async () => {
    const text = await hover('existing');
    for (const part of ['entropy', 'surprisal', 'Patch', 'most likely here', 'bits', '%']) {
      assert.ok(text.includes(part), text);
    }
    await page.waitForTimeout(300);
    await shot('hover');
    await page.keyboard.press('Escape');
    await page.mouse.move(900, 700);
  });

  for (const theme of themes) {
    await step(`bands differ by more than colour in ${theme}`, async () => {
      await setTheme(theme);
      await until('several kinds of line', async () => new Set(await lined('borderBottomWidth')).size >= 3);
      await page.waitForTimeout(300);
      await shot(`both ${theme}`);
    });
  }

  await step('in high contrast nothing is washed', async () => {
    assert.deepEqual(await decorationColours(), []);
  });

  await step('the commands take both away again', async () => {
    await runCommand('Bytewise: Toggle Patch Marks');
    await runCommand('Bytewise: Toggle Entropy Heat Map');
    await until('nothing painted', async () => (await decorations()).length === 0);
  });
}
