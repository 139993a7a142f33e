// What the heat map costs while a file of a megabyte is scrolled: how soon new lines are painted, and how long frames take.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { frames } from '../harness/frames.mjs';
import { startPaintClock, untilPainted } from '../harness/paintClock.mjs';

export default async function ({ step, shot, until, page, workspace, newFile, runCommand, decorationColours, goTo }) {
  const source = fs.readFileSync(path.join(workspace, 'inventory.ts'), 'utf8');
  const megabyte = source.repeat(Math.ceil(1_000_000 / source.length));
  const lineCount = megabyte.split('\n').length;
  const bothToggles = async () => {
    await runCommand('Bytewise: Toggle Patch Marks');
    await runCommand('Bytewise: Toggle Entropy Heat Map');
  };
  const pageDown = async () => {
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('PageDown');
      await page.waitForTimeout(150);
      await untilPainted(page);
    }
  };
  /** To places that were not read before, and far from each other. */
  const jump = async () => {
    for (let i = 1; i <= 8; i++) {
      await goTo(Math.floor((lineCount * i) / 9), 1);
      await page.waitForTimeout(600);
      await untilPainted(page);
    }
  };
  const say = (what, { count, left, middleMs, mostMs }) =>
    console.log(
      `    from scroll to painted, ${what}: ${middleMs} ms, at most ${mostMs} ms (${count} scrolls, ${left} overtaken)`,
    );

  await step('a file of a megabyte is painted', async () => {
    await newFile('megabyte.ts', megabyte);
    await bothToggles();
    await until('bands', async () => (await decorationColours()).length >= 4, 60_000);
  });

  await step('what comes on screen is painted', async () => {
    for (const [what, scroll] of [
      ['page by page', pageDown],
      ['far away', jump],
    ]) {
      const stop = await startPaintClock(page);
      await scroll();
      const paint = await stop();
      say(what, paint);
      assert.ok(paint.count >= 5, `${paint.count} scrolls were painted`);
    }
    await shot('megabyte');
  });

  await step('no frame waits for us', async () => {
    await goTo(1, 1);
    const painted = await frames(page, pageDown);
    await until('bands', async () => (await decorationColours()).length >= 4, 60_000);
    await bothToggles();
    await goTo(1, 1);
    const plain = await frames(page, pageDown);
    const list = ({ longest }) => longest.slice(0, 5).join(', ');
    console.log(`    longest tasks while scrolling, ms: ${list(painted)} with the heat map, ${list(plain)} without`);
  });
}
