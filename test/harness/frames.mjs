// How long the page was busy at a stretch, by the tracing of the browser: a frame can come no sooner than that.

/** Runs an action and returns the longest task of the page's main thread in it, and the ten longest, in milliseconds. */
export async function frames(page, action) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await action();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const mainThreads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const longest = traceEvents
    .filter(({ name, ph, pid, tid }) => /\bRunTask$/.test(name) && ph === 'X' && mainThreads.has(`${pid} ${tid}`))
    .map(({ dur }) => Math.round(dur / 1000))
    .sort((a, b) => b - a)
    .slice(0, 10);
  if (longest.length === 0) throw new Error('The browser has traced no tasks.');
  return { longestMs: longest[0], longest };
}
