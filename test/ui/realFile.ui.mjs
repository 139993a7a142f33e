// A file that nobody wrote for a test: a source file of this repository, with all four themes looked at.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const source = readFileSync(new URL('../../src/core/manifest.ts', import.meta.url), 'utf8');

// With a word chosen in VS Code's own list, a suggestion has to go beyond it; here it may end with the word.
export const settings = { 'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' } };

export default async function ({ step, shot, until, newFile, goToEnd, typeText, waitForGhostText, ...ui }) {
  const { runCommand, decorations, visibleText, setTheme, page } = ui;

  await step('typing in it brings ghost text', async () => {
    await newFile('manifest.ts', source);
    await goToEnd();
    // VS Code builds its first editor piece by piece; the command waits for all of it.
    await runCommand('Bytewise: Trigger Suggestion');
    await page.keyboard.press('Enter');
    await typeText('export functi');
    assert.match(await waitForGhostText(/^on/, 60_000), /^on/);
    await shot('ghost text');
  });

  await step('Tab accepts it', async () => {
    await page.keyboard.press('Tab');
    assert.match(await visibleText(), /^export function/m);
  });

  await step('heat map and patch marks paint it in every theme', async () => {
    await runCommand('Bytewise: Toggle Entropy Heat Map');
    await runCommand('Bytewise: Toggle Patch Marks');
    for (const theme of ['Dark Modern', 'Light Modern', 'Default High Contrast', 'Default High Contrast Light']) {
      await setTheme(theme);
      await until('decorations', async () => (await decorations()).length > 50);
      await shot(theme);
    }
  });
}
