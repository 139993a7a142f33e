import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf16Offset } from '../../../src/core/bytes';
import { bandCount, type HeatRun, type PatchMark } from '../../../src/core/heatMap';
import { count, fitting } from '../../../src/core/paintPlan';

const span = (start: number, end: number, band = 0): HeatRun => ({
  start: utf16Offset(start),
  end: utf16Offset(end),
  band,
});
const mark = (start: number, edge: PatchMark['edge'] = 'left'): PatchMark => ({ ...span(start, start + 1), edge });
const five = [span(0, 1, 0), span(1, 2, 3), span(2, 3, 0), span(3, 4, 5), span(4, 5, 5)];
const everything = span(0, 99);

describe('limits', () => {
  const counts = (limit: number) => fitting(five, [], everything, limit).bands.map((band) => band.length);

  test('all fit', () => {
    expect(counts(5)).toEqual([2, 0, 0, 1, 0, 2]);
  });
  test('the least surprising go first', () => {
    expect(counts(4)).toEqual([0, 0, 0, 1, 0, 2]);
    expect(counts(2)).toEqual([0, 0, 0, 0, 0, 2]);
  });
  test('then the last ones', () => {
    expect(fitting(five, [], everything, 1).bands[5]).toEqual([five[3]]);
  });
  test('what is not on screen goes before anything else', () => {
    const bands = (limit: number) => fitting(five, [], span(1, 3), limit).bands.flat();
    expect(bands(5)).toHaveLength(5);
    expect(bands(4)).toEqual([five[2], five[1]]);
  });
  test('marks stay when bands go', () => {
    const { bands, marks } = fitting(five, [mark(0), mark(2)], everything, 4);
    expect(bands.flat()).toEqual([five[3], five[4]]);
    expect(marks).toEqual([mark(0), mark(2)]);
  });
});

describe('a mark and a run', () => {
  test('that begin together are one decoration', () => {
    const { bands, markedBands, marks } = fitting(five, [mark(3), mark(4)], everything, 9);
    expect(bands.flat()).toEqual([five[0], five[2], five[1]]);
    expect(markedBands[5]).toEqual([five[3], five[4]]);
    expect(marks).toEqual([]);
  });
  test('a mark inside of a run and one at the end of a line stand alone', () => {
    const inside = [mark(1), mark(2, 'right')];
    const { bands, markedBands, marks } = fitting([span(0, 3, 2)], inside, everything, 9);
    expect(bands[2]).toEqual([span(0, 3, 2)]);
    expect(markedBands.flat()).toEqual([]);
    expect(marks).toEqual(inside);
  });
});

const runsAndMarks = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 3 }), band: fc.nat(bandCount - 1), marked: fc.boolean() }))
  .map((entries) => {
    let at = 0;
    const runs: HeatRun[] = [];
    const marks: PatchMark[] = [];
    for (const { length, band, marked } of entries) {
      runs.push(span(at, at + length, band));
      if (marked) marks.push(mark(at + length - 1));
      at += length;
    }
    return { runs, marks };
  });

test('nothing is painted twice, nothing is made up, and the limit holds', () => {
  fc.assert(
    fc.property(runsAndMarks, fc.nat(40), ({ runs, marks }, limit) => {
      const plan = fitting(runs, marks, everything, limit);
      expect(count(plan)).toBeLessThanOrEqual(limit);
      const painted = [...plan.bands, ...plan.markedBands].flat();
      expect(new Set(painted).size).toBe(painted.length);
      for (const run of painted) expect(runs).toContain(run);
      const marked = [...plan.marks, ...plan.markedBands.flat()].map(({ start }) => start);
      expect(new Set(marked).size).toBe(marked.length);
      for (const start of marked) expect(marks.map((one) => one.start)).toContain(start);
      // Of the bands that are there, every run is there, and all marks are, if there is room for them.
      const lowest = Math.min(...painted.map(({ band }) => band));
      if (lowest < bandCount - 1) {
        expect(painted).toHaveLength(runs.filter(({ band }) => band >= lowest).length);
        expect(marked).toHaveLength(marks.length);
      }
    }),
  );
});
