// The inspector beside an editor: every view in all four kinds of theme, by mouse and by key, and without accessibility violations.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../harness/release.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const themes = ['Dark Modern', 'Light Modern', 'Default High Contrast', 'Default High Contrast Light'];

export default async function (ui) {
  const { step, shot, until, page, workspace, openFile, goTo, typeText, runCommand, setTheme, statusBarText } = ui;
  const view = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  const chart = view.getByRole('slider', { name: 'Bytes of the visible lines' });
  const number = async (name) => {
    const text = await view.locator('.figures div', { hasText: name }).first().locator('dd').innerText();
    return Number(text.replaceAll(/[^\d.]/g, ''));
  };
  const tab = (name) => view.getByRole('tab', { name });
  const place = async () => (await statusBarText()).find((text) => text.startsWith('Ln '));
  const focusEditor = () => page.keyboard.press('Control+1');

  /** Finds no violation of the rules of axe in the page of the view. */
  async function noViolations() {
    const frame = page.frames().find((one) => one.url().includes('fake.html'));
    assert.ok(frame, 'the page of the view');
    // As a string it is no script of the page, so the page's policy has no say in it.
    await frame.evaluate(axe);
    const { violations, passes } = await frame.evaluate(() => globalThis.axe.run(document));
    const told = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
    assert.deepEqual(told, []);
    assert.ok(passes.length > 10, `only ${passes.length} rules had something to look at`);
  }

  /** A picture in each theme, the dark one last, so that a step leaves the window as it was. */
  async function inThemes(title) {
    for (const theme of themes.toReversed()) {
      await setTheme(theme);
      await page.waitForTimeout(600);
      await shot(`${title} ${theme}`);
      await noViolations();
    }
  }

  await step('it opens beside the editor and shows its visible lines', async () => {
    await openFile('inventory.ts');
    await goTo(17, 8);
    await runCommand('Bytewise: Open Inspector');
    await chart.waitFor({ timeout: 60_000 });
    await page.keyboard.press('Control+B');
    await until('patches', async () => (await number('Patches')) > 50);
    await view.locator('.strips .strip').nth(3).waitFor();
  });

  let printed;
  await step('its numbers are those that `bytewise entropy --json` prints', async () => {
    const file = path.join(workspace, 'inventory.ts');
    const args = [path.join(root, 'dist/cli.js'), 'entropy', file, '--json'];
    printed = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    const bytes = await number('Bytes');
    assert.equal(await number('Patches'), printed.patchStarts.filter((start) => start < bytes).length);
    await view.locator('summary', { hasText: 'as a table' }).first().click();
    const rows = await view
      .locator('#panel-entropy details tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    assert.ok(rows.length > 20);
    for (const [offset, , entropy, , starts] of rows) {
      assert.equal(entropy, printed.entropyBits[offset].toFixed(3));
      assert.equal(starts === 'starts', printed.patchStarts.includes(Number(offset)));
    }
    await view.locator('summary', { hasText: 'as a table' }).first().click();
  });

  await step('the slider moves the threshold, and everything follows at once', async () => {
    const slider = view.getByRole('slider', { name: 'Threshold' });
    const before = { patches: await number('Patches'), compute: await number('Compute per byte') };
    await slider.fill('1');
    const low = { patches: await number('Patches'), compute: await number('Compute per byte') };
    assert.equal(low.patches, printed.entropyBits.slice(0, await number('Bytes')).filter((bits) => bits > 1).length);
    assert.ok(low.patches > before.patches && low.compute > before.compute);
    await view.getByRole('button', { name: 'Reset' }).click();
    assert.equal(await number('Patches'), before.patches);
  });

  await step('keys go along the bytes, and Enter moves the cursor of the editor', async () => {
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.match(await chart.getAttribute('aria-valuetext'), /entropy [\d.]+ bits, surprisal [\d.]+ bits, line 17/);
    await page.keyboard.press('Enter');
    // The status bar tells the place of an editor with the focus.
    await focusEditor();
    await until('the cursor', async () => (await place()) === 'Ln 17, Col 10');
    // A click, once the chart stands still; off its middle, where the byte of the cursor may lie.
    const plot = chart.locator('.u-over');
    const { width, height } = await plot.boundingBox();
    await plot.click({ position: { x: width / 4, y: height / 2 } });
    await focusEditor();
    await until(
      'the cursor',
      async () => /^Ln \d+, Col \d+$/.test(await place()) && (await place()) !== 'Ln 17, Col 10',
    );
  });

  await step('a selection is marked, in every theme', async () => {
    await focusEditor();
    await goTo(17, 9);
    await page.keyboard.press('Control+Shift+ArrowRight');
    await inThemes('entropy');
    await chart.evaluate(() => globalThis.scrollTo(0, 520));
    await inThemes('rules');
  });

  await step('a typo changes patches and tokens, by button and by hand', async () => {
    await tab('What a Typo Does').click();
    const summary = view.locator('#panel-typo .lead');
    const both =
      /^\d+ of \d+ patches changed\. [1-9]\d* of \d+ tokens changed\. The line costs [\d.]+ bits instead of [\d.]+ bits\.$/;
    await until('both counts', async () => both.test(await summary.innerText()));
    await inThemes('typo');
    await view.getByRole('button', { name: 'As it stands' }).click();
    await until('no change', async () => (await summary.innerText()).startsWith('0 of'));
    await view
      .getByRole('textbox', { name: 'The line, with a typo' })
      .fill('      exixting.quantity += item.quantity;');
    await until('both counts', async () => both.test(await summary.innerText()));
    assert.ok(!fs.readFileSync(path.join(workspace, 'inventory.ts'), 'utf8').includes('exixting'));
  });

  await step('it comes back when the window is loaded again, with the same view', async () => {
    await page.reload();
    await ui.ready();
    await view.locator('#panel-typo .lead', { hasText: 'patches changed' }).waitFor({ timeout: 60_000 });
  });

  await step('the last completion is replayed byte by byte', async () => {
    await tab('Last Completion').click();
    await view.locator('#panel-completion', { hasText: /No completion yet|bytes/ }).waitFor();
    await focusEditor();
    await goTo(20);
    await page.keyboard.press('Enter');
    await typeText('const other = this.items.g');
    await ui.waitForGhostText(/\S/, 60_000);
    await page.keyboard.press('Escape');
    const title = view.locator('#panel-completion .card h2');
    await until('the completion', async () => (await title.innerText()).startsWith('Byte 1:'));
    await view.getByRole('button', { name: 'Next', exact: true }).click();
    assert.match(await title.innerText(), /^Byte 2:/);
    await view.getByRole('slider', { name: 'Byte of the completion' }).press('Home');
    assert.match(await title.innerText(), /^Byte 1:/);
    const parts = await view.locator('.totals tbody th').allInnerTexts();
    assert.deepEqual(parts.slice(0, 4), ['entropy model', 'local encoder', 'latent transformer', 'local decoder']);
    await inThemes('completion');
    await view.getByRole('button', { name: 'Play' }).click();
    await until('the end', async () => !(await title.innerText()).startsWith('Byte 1:'));
  });

  await step('the tabs are changed by key', async () => {
    await tab('Last Completion').focus();
    await page.keyboard.press('Home');
    await until('the first view', () => chart.isVisible());
    assert.equal(await tab('Entropy and Patches').getAttribute('aria-selected'), 'true');
  });

  await step('what is shown is saved where one says', async () => {
    const box = page.locator('.quick-input-widget input.input');
    const saved = async (format) => {
      await view.getByRole('button', { name: `Save as ${format.toUpperCase()}` }).click();
      await until('the proposed name', async () => (await box.inputValue()).endsWith(`inventory.ts-entropy.${format}`));
      await page.keyboard.press('Enter');
      const file = path.join(workspace, `inventory.ts-entropy.${format}`);
      await until('the file', () => fs.existsSync(file) && fs.statSync(file).size > 0);
      await box.waitFor({ state: 'hidden' });
      return fs.readFileSync(file);
    };
    assert.match((await saved('svg')).toString(), /^<svg [\s\S]*<polyline/);
    assert.equal((await saved('png')).subarray(1, 4).toString(), 'PNG');
    assert.equal(JSON.parse(await saved('json')).bytes, await number('Bytes'));
    assert.match((await saved('csv')).toString(), /^offset,hex,character,entropy_bits/);
  });

  await step('without an editor it says what to do', async () => {
    const { x, y } = await page.locator('.editor-group-container .monaco-editor').first().boundingBox();
    await page.mouse.click(x + 250, y + 200);
    await page.keyboard.press('Control+S');
    await page.locator('.tab.dirty').waitFor({ state: 'detached' });
    await page.locator('.tab[data-resource-name="inventory.ts"]').click({ button: 'middle' });
    await view.getByRole('button', { name: 'Open a File' }).waitFor();
    await shot('nothing');
    await noViolations();
  });
}
