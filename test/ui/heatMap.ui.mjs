// The heat map, the patch marks and the hover as a user sees them, in all four kinds of theme.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../harness/release.mjs';

const themes = ['Dark Modern', 'Light Modern', 'Default High Contrast', 'Default High Contrast Light'];

export default async function (ui) {
  const { step, shot, until, page, workspace, openFile, runCommand, decorations, decorationColours, hover, setTheme } =
    ui;
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

  const rows = page.locator('.quick-input-list .monaco-list-row');
  /** Runs a command that opens a list at once, before the palette could be seen to close. */
  const openList = async (title, listTitle) => {
    await ui.palette(title);
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-title', { hasText: listTitle }).waitFor();
    await rows.first().waitFor();
    // It fades in.
    await page.waitForTimeout(500);
  };

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
    for (const part of ['entropy', 'surprisal', 'rank', 'Patch', 'most likely here', 'bits', '%']) {
      assert.ok(text.includes(part), text);
    }
    const bars = page.locator('.monaco-hover:not(.hidden) .hover-contents img');
    await until('bars', async () => (await bars.count()) === 5);
    const loaded = await bars.evaluateAll((images) => images.filter((image) => image.naturalWidth > 0).length);
    assert.equal(loaded, 5);
    await page.waitForTimeout(300);
    await shot('hover');
    await page.keyboard.press('Escape');
    await page.mouse.move(900, 700);
  });

  await step('the numbers of the hover are those of the terminal', async () => {
    const file = path.join(workspace, 'inventory.ts');
    const cli = path.join(root, 'dist/cli.js');
    const { entropyBits } = JSON.parse(
      execFileSync(process.execPath, [cli, 'entropy', '--json', file], { encoding: 'utf8' }),
    );
    const text = fs.readFileSync(file, 'utf8');
    for (const word of ['Inventory', 'private']) {
      const shown = Number(/([\d.]+) bits/.exec(await hover(word))?.[1]);
      const box = await ui.textBox(word);
      assert.ok(box.width > 0);
      // The mouse rests on the character in the middle of the word.
      const offset = Buffer.byteLength(text.slice(0, text.indexOf(word) + Math.floor(word.length / 2)));
      assert.ok(Math.abs(shown - entropyBits[offset]) < 0.01, `${word}: ${shown}, not ${entropyBits[offset]}`);
      await page.keyboard.press('Escape');
      await page.mouse.move(900, 700);
    }
  });

  await step('the status bar tells how long patches are, and is the legend', async () => {
    const item = ui.statusBarItem('bytes/patch');
    await item.waitFor();
    assert.match(await item.innerText(), /\d\.\d bytes\/patch/);
    await item.hover();
    const tooltip = page.locator('.monaco-hover:not(.hidden) .hover-contents');
    await tooltip.first().waitFor();
    assert.match((await tooltip.allInnerTexts()).join(' '), /bytes measured in \d+ patches/);
    await until('the legend', () =>
      page.locator('.monaco-hover:not(.hidden) img').evaluateAll((all) => all.some((one) => one.naturalWidth > 200)),
    );
    await shot('legend');
    await page.mouse.move(600, 400);
  });

  for (const theme of themes) {
    await step(`bands differ by more than colour in ${theme}`, async () => {
      await setTheme(theme);
      await until('several kinds of line', async () => new Set(await lined('borderBottomWidth')).size >= 3);
      await page.waitForTimeout(300);
      await shot(`both ${theme}`);
    });
    await step(`hover and legend in ${theme}`, async () => {
      await hover('existing');
      await page.waitForTimeout(300);
      await shot(`hover ${theme}`);
      await page.keyboard.press('Escape');
      await ui.statusBarItem('bytes/patch').hover();
      await page.locator('.monaco-hover:not(.hidden) img').first().waitFor();
      await page.waitForTimeout(200);
      await shot(`legend ${theme}`);
      await page.mouse.move(900, 700);
    });
    await step(`the list of unusual places in ${theme}`, async () => {
      await openList('Bytewise: Show Unusual Places...', 'Unusual Places in inventory.ts');
      assert.match(await rows.first().innerText(), /bits/);
      await shot(`unusual places ${theme}`);
      await page.keyboard.press('Escape');
    });
  }

  await step('in high contrast nothing is washed', async () => {
    // A box that has just left the screen has no colour for a moment.
    await until('no colour', async () => (await decorationColours()).length === 0);
  });

  for (const [theme, scale] of [
    ['Dark Modern', 'magma'],
    ['Light Modern', 'magma'],
    ['Dark Modern', 'greys'],
    ['Light Modern', 'greys'],
  ]) {
    await step(`the scale ${scale} in ${theme}`, async () => {
      const before = await decorationColours();
      await setTheme(theme);
      await ui.changeSettings({ 'bytewise.heatMap.scale': scale });
      await until('other colours', async () => {
        const now = await decorationColours();
        return now.length >= 4 && now.join() !== before.join();
      });
      await page.waitForTimeout(300);
      await shot(`${scale} ${theme}`);
    });
  }

  await step('surprisal can be shown instead', async () => {
    await ui.changeSettings({ 'bytewise.heatMap.scale': 'cividis' });
    await openList('Bytewise: Choose What the Heat Map Shows...', 'Heat Map');
    await shot('quantities');
    await page.keyboard.type('Surprisal');
    await page.keyboard.press('Enter');
    await until('bands', async () => (await decorationColours()).length >= 4);
    await page.waitForTimeout(300);
    await shot('surprisal');
  });

  await step('the words of a line are read out, the most unusual first', async () => {
    await ui.goTo(12);
    await openList('Bytewise: Show Unusual Words of This Line...', 'Line 12');
    await shot('words of a line');
    const first = await rows.first().getAttribute('aria-label');
    assert.match(first ?? '', /line 12, column \d+/);
    await page.keyboard.press('Escape');
  });

  await step('in a repository the list begins with the lines that are not committed', async () => {
    const git = (...args) =>
      execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], { cwd: workspace });
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'All of it');
    await openFile('inventory.ts');
    await ui.goToEnd();
    const first = ui.fileText('inventory.ts').split('\n').length;
    // Neither of them is saved.
    await ui.typeText('\nconst zq7 = xkwv9(jjq);\nconst total = 0;');
    const lines = () =>
      rows.evaluateAll((all) => all.map((row) => Number(/line (\d+)/.exec(row.getAttribute('aria-label'))?.[1])));
    await openList('Bytewise: Show Unusual Places...', 'Unusual Places in Changed Lines');
    const changed = await lines();
    assert.ok(changed.length > 0 && changed.every((line) => line > first), `${changed}, behind ${first}`);
    await shot('unusual places in changed lines');
    await page.locator('.quick-input-titlebar [aria-label="The whole file"]').click();
    await page.locator('.quick-input-title', { hasText: 'Unusual Places in inventory.ts' }).waitFor();
    await until('other lines', async () => (await lines()).some((line) => line <= first));
    await page.keyboard.press('Escape');
    await runCommand('File: Revert File');
  });

  await step('the commands take both away again', async () => {
    await runCommand('Bytewise: Toggle Patch Marks');
    await runCommand('Bytewise: Toggle Entropy Heat Map');
    await until('nothing painted', async () => (await decorations()).length === 0);
  });
}
