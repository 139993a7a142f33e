// How long the event loop of the extension host was held up, and for how long by Bytewise.
const fs = require('node:fs');
const { Session } = require('node:inspector/promises');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { pathToFileURL } = require('node:url');

/**
 * Microseconds between two looks at what runs. A look that is later than a few of them comes from a system that gave the
 * processor to somebody else, and counts as no more.
 */
const interval = 200;
const mostBetween = 5 * interval;

class HostWatch {
  /** `bundle`: the file of the code that is watched. */
  constructor(bundle) {
    // Node may know a module by its real path, or by an address.
    const files = [bundle, fs.realpathSync(bundle)].flatMap((file) => [file, pathToFileURL(file).href]);
    this.isOurs = ({ url }) => files.includes(url);
  }

  async begin() {
    this.session = new Session();
    this.session.connect();
    await this.session.post('Profiler.enable');
    await this.session.post('Profiler.setSamplingInterval', { interval });
    await this.session.post('Profiler.start');
    this.delay = monitorEventLoopDelay({ resolution: 1 });
    this.delay.enable();
  }

  /** Milliseconds: by how much timers were late, and the stretches of our code, longest first, each with what ran longest in it. */
  async end() {
    this.delay.disable();
    const { profile } = await this.session.post('Profiler.stop');
    this.session.disconnect();
    const ms = (nanoseconds) => nanoseconds / 1e6;
    const late = {
      p50: ms(this.delay.percentile(50)),
      p99: ms(this.delay.percentile(99)),
      max: ms(this.delay.max),
    };
    return { late, stretches: stretchesOf(profile, this.isOurs).slice(0, 10) };
  }
}

/**
 * The times in which our code was on the stack at every look. Two pieces of work that follow each other at once count as one,
 * and so does a collection of garbage in between, so that these are never too short.
 */
function stretchesOf({ nodes, samples, timeDeltas }, isOurs) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  /** The outermost frame of ours that a look found, and the innermost. */
  const frames = new Map();
  const framesOf = (id) => {
    if (frames.has(id)) return frames.get(id);
    const node = byId.get(id);
    const above = parentOf.has(id) ? framesOf(parentOf.get(id)) : undefined;
    const own = isOurs(node.callFrame) ? node.callFrame : undefined;
    const found = own || above ? { outer: above?.outer ?? own, inner: own ?? above.inner } : undefined;
    frames.set(id, found);
    return found;
  };
  const stretches = [];
  let current;
  for (const [i, id] of samples.entries()) {
    const found = framesOf(id);
    const deltaMs = Math.min(mostBetween, timeDeltas[i + 1] ?? 0) / 1000;
    if (found) {
      current ??= { ms: 0, inner: new Map() };
      current.ms += deltaMs;
      const name = `${found.outer.functionName} > ${found.inner.functionName}:${found.inner.lineNumber + 1}`;
      current.inner.set(name, (current.inner.get(name) ?? 0) + deltaMs);
    } else if (current && byId.get(id).callFrame.functionName === '(garbage collector)') {
      current.ms += deltaMs;
    } else if (current) {
      stretches.push(current);
      current = undefined;
    }
  }
  if (current) stretches.push(current);
  return stretches
    .sort((a, b) => b.ms - a.ms)
    .map(({ ms, inner }) => ({ ms, in: [...inner].sort((a, b) => b[1] - a[1]).slice(0, 3) }));
}

exports.HostWatch = HostWatch;
