/** What is measured, with 95 % intervals: shares, bits, and differences between completers on the same items. */

import { clean } from '../conditions';
import type { Outcome } from '../outcome';
import type { Evaluation, Results } from '../results';
import { Bootstrap, type Estimate } from '../statistics';

/** Rows of a bootstrap estimate. */
export const rowsOf = <Row extends readonly number[]>(
  outcomes: readonly Outcome[],
  values: (outcome: Outcome) => Row,
) => outcomes.map((outcome) => ({ file: outcome.item.fileId, values: values(outcome) }));

export const ratio = ([above, below]: readonly [number, number]) => above / below;
export const asNumber = (flag: boolean) => (flag ? 1 : 0);
export const known = (outcomes: readonly Outcome[]) => outcomes.filter(({ bits }) => Number.isFinite(bits));
export const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** A@k: the share of targets of k bytes or more whose first k bytes are right. */
export const rightStart = (outcomes: readonly Outcome[], k: number) =>
  mean(outcomes.filter(({ targetBytes }) => targetBytes >= k).map(({ right }) => asNumber(right >= k)));

type Four = readonly [number, number, number, number];

export interface Pair {
  readonly before: Outcome;
  readonly after: Outcome;
}

export function measuresOf({ items, results, quick }: Evaluation) {
  const bootstrap = new Bootstrap(
    [...items.map(({ fileId }) => fileId), ...results.flatMap(({ typed }) => typed.map(({ fileId }) => fileId))],
    quick ? 1000 : 10_000,
  );
  const [ours] = results as [Results, ...Results[]];

  const under = (of: Results, condition: string, withSuffix = false) =>
    of.outcomes.filter((outcome) => outcome.condition === condition && outcome.withSuffix === withSuffix);
  const exact = (outcomes: readonly Outcome[]) =>
    bootstrap.estimate(
      rowsOf(outcomes, (one) => [asNumber(one.exact), 1] as const),
      ratio,
    );
  const bitsPerByte = (outcomes: readonly Outcome[]) =>
    bootstrap.estimate(
      rowsOf(known(outcomes), ({ bits, targetBytes }) => [bits, targetBytes] as const),
      ratio,
    );
  /** The same items clean and under a condition. */
  const pairs = (of: Results, condition: string): Pair[] => {
    const cleanOf = new Map(under(of, clean.id).map((outcome) => [outcome.item, outcome]));
    return under(of, condition).flatMap((after) => {
      const before = cleanOf.get(after.item);
      return before ? [{ before, after }] : [];
    });
  };
  const pairRows = <Row extends readonly number[]>(of: readonly Pair[], values: (pair: Pair) => Row) =>
    of.map((pair) => ({ file: pair.after.item.fileId, values: values(pair) }));
  const fair = (of: readonly Pair[]) => of.filter(({ after }) => !after.ambiguous);
  const kept = (of: readonly Pair[]) =>
    bootstrap.estimate(
      pairRows(fair(of), ({ before, after }) => [asNumber(after.exact), asNumber(before.exact)] as const),
      ratio,
    );
  const moreBits = (of: readonly Pair[]) =>
    bootstrap.estimate(
      pairRows(
        of.filter(({ before, after }) => Number.isFinite(before.bits + after.bits)),
        ({ before, after }) => [after.bits - before.bits, after.targetBytes] as const,
      ),
      ratio,
    );
  /** Pairs of ours and another one's outcome of the same item. */
  const together = (other: Results, condition: string) => {
    const otherOf = new Map(known(under(other, condition)).map((outcome) => [outcome.item, outcome]));
    return known(under(ours, condition)).flatMap((own) => {
      const theirs = otherOf.get(own.item);
      return theirs ? [{ own, theirs }] : [];
    });
  };
  /** Bits per byte of ours minus that of another one. */
  const bitsDifference = (other: Results, condition: string) =>
    bootstrap.estimate(
      together(other, condition).map(({ own, theirs }) => ({
        file: own.item.fileId,
        values: [own.bits - theirs.bits, own.targetBytes] as const,
      })),
      ratio,
    );
  /** What noise adds to ours in bits per byte, minus what it adds to another one's. */
  function moreBitsDifference(other: Results, condition: string): Estimate {
    const cleanOf = new Map(together(other, clean.id).map((both) => [both.own.item, both]));
    const rows = together(other, condition).flatMap(({ own, theirs }) => {
      const before = cleanOf.get(own.item);
      if (before === undefined) return [];
      const more = own.bits - before.own.bits - (theirs.bits - before.theirs.bits);
      return [{ file: own.item.fileId, values: [more, own.targetBytes] as const }];
    });
    return bootstrap.estimate(rows, ratio);
  }
  /** Kept share of ours minus that of another one, on the same items. */
  function keptDifference(other: Results, condition: string): Estimate {
    const otherOf = new Map(pairs(other, condition).map((pair) => [pair.after.item, pair]));
    const rows = fair(pairs(ours, condition)).flatMap(({ before, after }) => {
      const theirs = otherOf.get(after.item);
      if (theirs === undefined) return [];
      const values = [after, before, theirs.after, theirs.before].map(({ exact }) => asNumber(exact));
      return [{ file: after.item.fileId, values: values as unknown as Four }];
    });
    return bootstrap.estimate(rows, ([noisyOwn, cleanOwn, noisyTheirs, cleanTheirs]) => {
      return noisyOwn / cleanOwn - noisyTheirs / cleanTheirs;
    });
  }
  /** Exact match inside of a word minus exact match where one starts. */
  const midWordMinusStart = (of: Results) =>
    bootstrap.estimate(
      rowsOf(
        under(of, clean.id).filter(({ item }) => item.kind === 'mid_word' || item.kind === 'word_start'),
        ({ exact, item }): Four => (item.kind === 'mid_word' ? [asNumber(exact), 1, 0, 0] : [0, 0, asNumber(exact), 1]),
      ),
      ([right, all, rightAtStart, allAtStart]) => right / all - rightAtStart / allAtStart,
    );
  const flips = (of: readonly Pair[]) => mean(of.map(({ before, after }) => asNumber(before.exact !== after.exact)));
  const timesFloor = (of: Results, floor: Results) => {
    const floorOf = new Map(under(floor, clean.id).map((outcome) => [outcome.item, outcome]));
    const rows = rowsOf(under(of, clean.id), (one) => {
      return [asNumber(one.exact), asNumber(floorOf.get(one.item)?.exact ?? false)] as const;
    });
    return bootstrap.estimate(rows, ratio);
  };
  return {
    bootstrap,
    ours,
    others: results.slice(1),
    under,
    exact,
    bitsPerByte,
    pairs,
    fair,
    kept,
    moreBits,
    bitsDifference,
    moreBitsDifference,
    keptDifference,
    midWordMinusStart,
    flips,
    timesFloor,
  };
}

export type Measures = ReturnType<typeof measuresOf>;
