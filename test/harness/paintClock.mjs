// How long the heat map takes to follow a scroll, frame by frame, as the page itself sees it.

/**
 * Watches the active editor until `stop`, which returns for each scroll the milliseconds from the frame that shows other lines
 * to the frame in which most lines on screen have decorations; scrolls that are overtaken by the next one are counted as `left`.
 */
export async function startPaintClock(page) {
  await page.evaluate(() => {
    const clock = { samples: [], left: 0, isRunning: true, isWaiting: false };
    window.paintClock = clock;
    const editor = document.querySelector('.editor-group-container.active .monaco-editor');
    const topLine = () =>
      Math.min(
        ...[...editor.querySelectorAll('.margin .line-numbers')].map((one) => Number(one.textContent) || Infinity),
      );
    const isPainted = () => {
      const rows = [...editor.querySelectorAll('.view-overlays > div')];
      return rows.filter((row) => row.querySelector('.cdr[class*="ced-"]')).length > rows.length / 2;
    };
    let shown = topLine();
    let since;
    const look = (now) => {
      const top = topLine();
      if (top !== shown) {
        if (since !== undefined) clock.left++;
        [shown, since] = [top, now];
      }
      if (since !== undefined && isPainted()) {
        clock.samples.push(now - since);
        since = undefined;
      }
      clock.isWaiting = since !== undefined;
      if (clock.isRunning) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return () =>
    page.evaluate(() => {
      const { samples, left } = window.paintClock;
      Object.assign(window.paintClock, { isRunning: false, isWaiting: false });
      samples.sort((a, b) => a - b);
      const at = (share) => Math.round(samples[Math.ceil(share * samples.length) - 1]);
      return { count: samples.length, left, middleMs: at(0.5), mostMs: at(1) };
    });
}

/** Until the scroll that the clock saw last is painted, so that a busy machine does not overtake itself; 3 seconds at most. */
export const untilPainted = (page) =>
  page.waitForFunction(() => !window.paintClock?.isWaiting, undefined, { timeout: 3_000 }).catch(() => {});
