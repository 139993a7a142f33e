/** What is painted in an editor: as much of the heat map and of the patch marks as fits into a number of decorations. */
import type { Utf8Text } from './bytes';
import type { Measurement } from './engine';
import { bandCount, heatRuns, patchMarks, type HeatRun, type PatchMark, type Quantity, type Span } from './heatMap';

/**
 * More than 1,000 decorations in an editor make VS Code slow, so all that we paint together are no more: these, and up to 60
 * unusual places.
 */
export const mostDecorations = 940;

export interface PaintPlan {
  /** Runs by band. */
  readonly bands: readonly (readonly HeatRun[])[];
  /** Runs by band that begin where a patch starts: one decoration shows both. Most patches start where a run does. */
  readonly markedBands: readonly (readonly HeatRun[])[];
  /** The other marks. */
  readonly marks: readonly PatchMark[];
}

/** `quantity` is what the heat map shows, if anything; `marks`: whether patch starts are marked. */
export function paintPlan(
  { text, measurement, visible }: { text: Utf8Text; measurement: Measurement; visible: Span },
  { quantity, marks }: { quantity: Quantity | undefined; marks: boolean },
  limit = mostDecorations,
): PaintPlan {
  const runs = quantity === undefined ? [] : heatRuns(text, measurement, quantity);
  return fitting(runs, marks ? patchMarks(text, measurement) : [], visible, limit);
}

/**
 * All of them, or only those that are on screen. When these are too many, the least surprising bands are left out; marks are
 * not, for without all of them nobody sees where patches end. Only then go the last runs, and the last marks.
 */
export function fitting(
  runs: readonly HeatRun[],
  marks: readonly PatchMark[],
  visible: Span,
  limit: number,
): PaintPlan {
  const all = shared(runs, marks);
  if (count(all) <= limit) return all;
  const isVisible = (span: Span) => span.end > visible.start && span.start < visible.end;
  const [seenRuns, seenMarks] = [runs.filter(isVisible), marks.filter(isVisible)];
  for (let lowest = 0; lowest < bandCount; lowest++) {
    const plan = shared(
      seenRuns.filter(({ band }) => band >= lowest),
      seenMarks,
    );
    if (count(plan) <= limit) return plan;
  }
  const plan = shared(seenRuns.filter(({ band }) => band === bandCount - 1).slice(0, limit), seenMarks);
  return { ...plan, marks: plan.marks.slice(0, limit - count({ ...plan, marks: [] })) };
}

function shared(runs: readonly HeatRun[], marks: readonly PatchMark[]): PaintPlan {
  const markStarts = new Set<number>(marks.flatMap(({ edge, start }) => (edge === 'left' ? [start] : [])));
  const bands: HeatRun[][] = Array.from({ length: bandCount }, () => []);
  const markedBands: HeatRun[][] = Array.from({ length: bandCount }, () => []);
  const runStarts = new Set<number>();
  for (const run of runs) {
    runStarts.add(run.start);
    (markStarts.has(run.start) ? markedBands : bands)[run.band]?.push(run);
  }
  return { bands, markedBands, marks: marks.filter(({ edge, start }) => edge === 'right' || !runStarts.has(start)) };
}

/** Decorations that a plan takes. */
export const count = ({ bands, markedBands, marks }: PaintPlan): number =>
  [...bands, ...markedBands, marks].reduce((sum, spans) => sum + spans.length, 0);
