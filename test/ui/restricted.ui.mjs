// Restricted Mode: a folder that is not trusted gets suggestions, but may not choose what is loaded and run.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

export const settings = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

export default async function (ui) {
  const { step, shot, until, page, workspace, openFile, goTo, typeText, runCommand, waitForGhostText } = ui;
  const { statusBarText, visibleText, notifications } = ui;
  const status = async () => (await statusBarText()).find((text) => text.includes('Bytewise')) ?? '';

  await step('the folder is not trusted and has settings', async () => {
    await until('Restricted Mode', async () => (await statusBarText()).some((text) => text.includes('Restricted')));
    fs.mkdirSync(path.join(workspace, '.vscode'));
    const wanted = {
      'bytewise.model.directory': '/nowhere/at/all',
      'bytewise.executionProvider': 'cuda',
      'editor.lineNumbers': 'off',
    };
    fs.writeFileSync(path.join(workspace, '.vscode/settings.json'), JSON.stringify(wanted));
    await openFile('inventory.ts');
    await until('the harmless one', async () => (await page.locator('.monaco-editor .line-numbers').count()) === 0);
  });

  await step('the model is ours, on a device of ours, and suggests', async () => {
    await goTo(8);
    await runCommand('Bytewise: Trigger Suggestion');
    await until('the device', async () => /^Bytewise \w+/.test(await status()), 60_000);
    await page.keyboard.press('Enter');
    await typeText('weight: numb');
    await waitForGhostText(/\S/, 60_000);
    await shot('restricted');
    await runCommand('Bytewise: Show Engine Report');
    await until('the report', async () => /^Execution providers tried/m.test(await visibleText()));
    // The settings stand below what fits on the screen.
    await goTo(44);
    await until('the settings', async () => /executionProvider +"auto"/.test(await visibleText()));
    assert.match(await visibleText(), /modelDirectory +""/);
    assert.deepEqual(
      (await notifications()).filter((text) => text.startsWith('Bytewise')),
      [],
    );
  });
}
