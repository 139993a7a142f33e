// What a UI test can do with the window around the editor: palette, files, status bar, notifications, settings.
import fs from 'node:fs';
import path from 'node:path';
import { until } from './until.mjs';

/** The style class of the window tells which kind of theme is in force. */
const themeStyles = {
  'Dark Modern': 'vs-dark',
  'Light Modern': 'vs',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
};
// Older VS Code called the first two "Default Dark Modern" and "Default Light Modern"; both names may be used here.
const themeId = (name) => name.replace(/^Default (?=\w+ Modern$)/, '');

export function windowActions({ page, workspace, startSettings, changeSettings, openPath }) {
  const quickInput = page.locator('.quick-input-widget');
  const rows = quickInput.locator('.quick-input-list .monaco-list-row');

  const activeTab = page.locator('.editor-group-container.active .tab.active');

  const accept = async () => {
    await page.keyboard.press('Enter');
    await quickInput.waitFor({ state: 'hidden' });
  };

  /** Opens the command palette with this text and returns the titles it lists; Escape or `runCommand` goes on. */
  const palette = async (text) => {
    await page.keyboard.press('F1');
    await quickInput.locator('input.input').fill(`>${text}`);
    await rows.filter({ hasText: text }).first().waitFor();
    return rows.locator('.label-name').allInnerTexts();
  };

  /** Runs the command with this title, as a user would. */
  const runCommand = async (title) => {
    await palette(title);
    await accept();
  };

  /** Opens a file of the workspace, or brings it to the front, and waits until one can type. */
  const openFile = async (name) => {
    await openPath(path.join(workspace, name));
    await activeTab.filter({ hasText: path.basename(name) }).waitFor();
    await page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  };

  /** Writes a file into the workspace and opens it. */
  const newFile = async (name, text) => {
    fs.writeFileSync(path.join(workspace, name), text);
    await openFile(name);
  };

  /** The saved text of a file of the workspace. */
  const fileText = (name) => fs.readFileSync(path.join(workspace, name), 'utf8');

  /** Saves the active file, which lies at the top of the workspace, and waits until it is on disk. */
  const save = async () => {
    const name = await activeTab.getAttribute('data-resource-name');
    const written = () => fs.statSync(path.join(workspace, name)).mtimeMs;
    const before = written();
    await page.keyboard.press('Control+S');
    // The tab says "unsaved" a moment late, so the file itself is watched; an unchanged one is not written again.
    await until(`${name} to be saved`, () => written() > before, 15_000).catch(() => {});
    await page.locator('.editor-group-container.active .tab.active:not(.dirty)').waitFor();
  };

  /** The item of the status bar with this text, as a Playwright locator: to await, hover or click it. */
  const statusBarItem = (text) => page.locator('.part.statusbar .statusbar-item', { hasText: text }).first();

  /** The texts of all items of the status bar. */
  const statusBarText = async () => {
    const texts = await page.locator('.part.statusbar .statusbar-item').allInnerTexts();
    return texts.map((text) => text.trim()).filter(Boolean);
  };

  /** The messages of the notifications on show. */
  const notifications = () => page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();

  const themeIs = (name) => page.locator(`.monaco-workbench.${themeStyles[themeId(name)]}`).waitFor();

  /** Takes one of the four built-in themes named above and waits until it is in force. */
  const setTheme = async (name) => {
    if (!themeStyles[themeId(name)]) throw new Error(`Theme ${name} is none of ${Object.keys(themeStyles).join(', ')}`);
    await changeSettings({ 'workbench.colorTheme': themeId(name) });
    await themeIs(name);
  };

  /** Waits until the window has its first look; before that it is painted in a light theme for a moment. */
  const ready = async () => {
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 90_000 });
    await themeIs(startSettings['workbench.colorTheme'] ?? 'Dark Modern');
    await until('a status bar with items', async () => (await statusBarText()).length > 0);
  };

  return {
    palette,
    runCommand,
    openFile,
    newFile,
    fileText,
    save,
    statusBarItem,
    statusBarText,
    notifications,
    changeSettings,
    setTheme,
    ready,
  };
}
