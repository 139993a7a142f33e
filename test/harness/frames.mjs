// How long the page was busy at a stretch, by the tracing of the browser: a frame can come no sooner than that.

/** Runs an action and returns the longest task of the page's main thread in it, and the ten longest, in milliseconds. */
export async function frames(page, action) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const ended = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline'] },
  });
  await action();
  await session.send('Tracing.end');
  await ended;
  await session.detach();
  const main = events.find(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const tasks = events
    .filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === main?.pid && tid === main?.tid)
    .map(({ dur }) => Math.round(dur / 1000))
    .sort((a, b) => b - a);
  return { longestMs: tasks[0], longest: tasks.slice(0, 10) };
}
