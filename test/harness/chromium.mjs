// Finds a Chromium for the tests, or installs Debian's. Needs no installed package.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const findChromium = () => places.find((place) => place && fs.existsSync(place));

export function setUpChromium() {
  if (findChromium()) return;
  const mayInstall = process.getuid?.() === 0 && fs.existsSync('/usr/bin/apt-get');
  if (!mayInstall) {
    throw new Error(
      'The VS Code tests need Chromium. Install it (Debian: apt-get install chromium fonts-dejavu-core), ' +
        'or name a Chrome or Chromium in the environment variable CHROMIUM.',
    );
  }
  console.log('Installing Chromium, once ...');
  const apt = (...args) => {
    execFileSync('apt-get', ['-qq', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  };
  apt('update');
  apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
}
