// A completion that nobody wants any more ends at its next step, and no step of a prompt is long.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { completePrompt } from '../../../src/core/prompt';
import { BltState } from '../../../src/engine/bltState';
import { Generator } from '../../../src/engine/generate';
import type { GraphSession } from '../../../src/engine/session';
import { Cancelled } from '../../../src/engine/turn';
import { loadModel, packages, root, type Blt } from './packages';

// A fixture, so that the number of runs stays; about as much as the window takes whole.
const prefix = readFileSync(path.join(root, 'test/fixtures/sample/inventory.ts')).subarray(0, 330);
const request = { path: 'a.ts', prefix, suffix: new Uint8Array(), maxBytes: 12, minConfidence: 0 };
const windowed = packages.find(({ name }) => name === 'windowed-tiny') as (typeof packages)[number];
let model: Blt;
beforeAll(async () => {
  model = await loadModel(windowed.directory);
});

/** Completes and cancels during run `at` of a graph, if there are so many; returns the rows of all runs by graph. */
async function cancelledAt(at: number): Promise<{ readonly runs: { graph: string; rows: number }[]; ended: boolean }> {
  const runs: { graph: string; rows: number }[] = [];
  const wanted = { isCancellationRequested: false };
  const sessions = Object.fromEntries(
    Object.entries(model.sessions).map(([graph, session]) => [
      graph,
      {
        run: (feeds: Parameters<GraphSession['run']>[0]) => {
          runs.push({ graph, rows: feeds['positions']?.dims[0] ?? NaN });
          if (runs.length === at) wanted.isCancellationRequested = true;
          return session.run(feeds);
        },
      },
    ]),
  ) as unknown as Blt['sessions'];
  const state = new BltState({ runtime: model.runtime, manifest: model.manifest, sessions });
  const generator = new Generator(model.manifest, state);
  try {
    await generator.complete(request, wanted);
    return { runs, ended: true };
  } catch (error) {
    expect(error).toBeInstanceOf(Cancelled);
    return { runs, ended: false };
  }
}

test('no run starts after a cancellation while the prompt is read, and at most the rest of one step later', async () => {
  const { runs, ended } = await cancelledAt(Infinity);
  expect(ended).toBe(true);
  let read = 0;
  const generating = runs.findIndex(({ graph, rows }) => {
    if (graph !== 'entropy') return false;
    read += rows;
    return read > completePrompt(request, model.manifest).length;
  });
  expect(generating).toBeGreaterThan(10);
  for (let at = 1; at < runs.length; at++) {
    const cancelled = await cancelledAt(at);
    const more = cancelled.runs.length - at;
    const reading = at < generating;
    // A step has four graphs.
    expect(more, `cancelled at run ${at} of ${runs.length}`).toBeLessThanOrEqual(reading ? 0 : 3);
    if (reading) expect(cancelled.ended).toBe(false);
  }
});

test('no run of a prompt is over more rows than some milliseconds take', async () => {
  const { runs } = await cancelledAt(Infinity);
  const most = (graph: string) => Math.max(...runs.filter((run) => run.graph === graph).map(({ rows }) => rows));
  expect(most('entropy')).toBe(128);
  expect(most('decoder')).toBe(64);
  expect(most('latent')).toBe(16);
});
