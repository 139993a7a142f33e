// A headless Chromium that shows the workbench of the local VS Code server and can reach nothing else.
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.mjs';

export async function startBrowser() {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium: run `node scripts/setup.mjs --vscode` first.');
  return chromium.launch({
    executablePath,
    timeout: 60_000,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
}

/**
 * A page with a browser storage of its own, so that nothing is remembered from an earlier page. With a `language`, extensions
 * are told that VS Code is in it; its own words stay English without a language pack.
 */
export async function openPage(browser, language) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await context.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  const page = await context.newPage();
  if (language) {
    await page.addInitScript((tag) => {
      Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { value: tag });
    }, language);
  }
  page.setDefaultTimeout(30_000);
  page.on('crash', () => console.error('The page has crashed.'));
  page.on('pageerror', (error) => console.error(`Error in the page: ${error.message}`));
  if (process.env.VERBOSE) page.on('console', (message) => console.error(`[page] ${message.text()}`));
  return page;
}

/** The address of a window; the payload keys are those of VS Code's own runner of browser tests. */
export function windowAddress(host, folder, { extensionDevelopmentPath, extensionTestsPath } = {}) {
  const remote = (file) => `vscode-remote://${host}${encodeURI(path.resolve(file))}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  if (extensionDevelopmentPath) payload.push(['extensionDevelopmentPath', remote(extensionDevelopmentPath)]);
  if (extensionTestsPath) payload.push(['extensionTestsPath', remote(extensionTestsPath)]);
  const query = new URLSearchParams({ folder: path.resolve(folder), payload: JSON.stringify(payload) });
  return `http://${host}/?${query}`;
}
