/** The curve of keystrokes saved over show precision. */

import type { Evaluation, Results } from '../results';
import { confidenceGates, matchGates, type Policy, type TypedSegment } from '../typist';

type KeySums = readonly [alone: number, keys: number, shown: number, accepted: number];
export const sumsOf = (typed: readonly TypedSegment[]) =>
  typed.map(({ fileId, typing }) => ({
    file: fileId,
    values: [typing.keysAlone, typing.keys, typing.shown, typing.accepted] as KeySums,
  }));
export const saved = ([alone, keys]: KeySums) => 1 - keys / alone;

export interface Typist {
  readonly label: string;
  readonly results: Results;
  readonly policy: Policy;
  readonly gates: readonly number[];
}

export const select = (
  { results: of, policy }: Typist,
  {
    gate,
    delay = 0,
    byWord = false,
    noisyBefore = false,
  }: { gate: number; delay?: number; byWord?: boolean; noisyBefore?: boolean },
) =>
  of.typed.filter(
    (one) =>
      one.policy === policy &&
      one.rules.gate === gate &&
      one.rules.delay === delay &&
      one.rules.byWord === byWord &&
      one.noisyBefore === noisyBefore,
  );
export const totals = (typed: readonly TypedSegment[]) => {
  const sum = (of: (one: TypedSegment) => number) => typed.reduce((all, one) => all + of(one), 0);
  const [alone, keys] = [sum(({ typing }) => typing.keysAlone), sum(({ typing }) => typing.keys)];
  const [shown, accepted] = [sum(({ typing }) => typing.shown), sum(({ typing }) => typing.accepted)];
  return {
    saved: 1 - keys / alone,
    precision: accepted / shown,
    per100: (100 * shown) / alone,
    shown,
    characters: alone,
  };
};

/**
 * The most keystrokes that the curve over the gates saves with this show precision or a better one; between two gates the
 * curve is a straight line. NaN where it does not get so precise.
 */
export function savedAt(typist: Typist, precision: number, noisyBefore = false): number {
  const curve = typist.gates
    .map((gate) => totals(select(typist, { gate, noisyBefore })))
    .filter(({ shown }) => shown > 0);
  const first = curve.findIndex((point) => point.precision >= precision);
  const [before, after] = [curve[first - 1], curve[first]];
  if (after === undefined) return NaN;
  const part = before ? (precision - before.precision) / (after.precision - before.precision) : 1;
  const between = (before?.saved ?? 0) + part * (after.saved - (before?.saved ?? 0));
  return Math.max(between, ...curve.filter((point) => point.precision >= precision).map(({ saved }) => saved));
}

export function typistsOf({ results, segments }: Evaluation): Typist[] {
  return results
    .filter(({ typed }) => typed.length > 0)
    .flatMap((one): Typist[] => {
      const own = new Set(one.typed.map(({ fileId }) => fileId)).size;
      const name = own === segments ? one.name : `${one.name} (${own} segments)`;
      if (one.typed.every(({ policy }) => policy === 'line')) {
        const isFloor = one.name === 'copy floor';
        return [{ label: name, results: one, policy: 'line', gates: isFloor ? matchGates : confidenceGates }];
      }
      return [
        { label: `${name}, as shown`, results: one, policy: 'shown', gates: confidenceGates },
        { label: `${name}, whole line`, results: one, policy: 'line', gates: confidenceGates },
      ];
    });
}
