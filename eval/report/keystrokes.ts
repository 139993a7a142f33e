/** How many keystrokes a simulated user saves. */

import { curvePlot, type CurvePoint, type Plot } from '../plots';
import type { Evaluation } from '../results';
import { delays } from '../typist';
import type { Measures } from './measures';
import { interval, number, percent, table } from './tables';
import { saved, savedAt, select, sumsOf, totals, typistsOf, type Typist } from './typing';

export function keystrokes(evaluation: Evaluation, { bootstrap }: Measures, plots: Plot[]): string {
  const { segments } = evaluation;
  const typists = typistsOf(evaluation);
  if (typists.length === 0) return '';
  const points = typists.flatMap((typist) =>
    typist.gates.flatMap((gate, i): (CurvePoint & { i: number })[] => {
      const { saved, precision, shown } = totals(select(typist, { gate }));
      return shown > 0 ? [{ series: typist.label, x: 100 * precision, y: 100 * saved, i }] : [];
    }),
  );
  plots.push({
    name: 'keystrokes',
    alt: 'Keystrokes saved over show precision, one point for each gate',
    spec: curvePlot(
      'Keystrokes saved over show precision, one point per gate',
      { x: 'shown suggestions that are wholly right, %', y: 'keystrokes saved, %' },
      points,
      { x: 30 },
    ),
  });
  const rows = typists.flatMap((typist) =>
    typist.gates.map((gate) => {
      const chosen = select(typist, { gate });
      const { precision, per100 } = totals(chosen);
      const later = delays.slice(1).map((delay) => percent(totals(select(typist, { gate, delay })).saved));
      const byWord = percent(totals(select(typist, { gate, byWord: true })).saved);
      const noisyOnes = percent(totals(select(typist, { gate, noisyBefore: true })).saved);
      const estimate = bootstrap.estimate(sumsOf(chosen), saved);
      return [
        typist.label,
        String(gate),
        interval(estimate),
        percent(precision),
        number(per100, 1),
        ...later,
        byWord,
        noisyOnes,
      ];
    }),
  );
  const atThirty = typists.map((typist) => {
    const [cleanSaved, noisySaved] = [savedAt(typist, 0.3), savedAt(typist, 0.3, true)];
    return [typist.label, percent(cleanSaved), percent(noisySaved), number(noisySaved / cleanSaved, 2)];
  });
  const characters = totals(select(typists[0] as Typist, { gate: typists[0]?.gates[0] ?? 0 })).characters;
  return `## Keystrokes saved

A simulated user types ${segments} held-out segments of about 600 characters (${characters.toLocaleString('en')} keystrokes without help; indentation is free, Enter is a key). At every place one suggestion may be shown if the confidence is above the gate; the user presses Tab exactly when all of it is right (U1), so nothing is ever undone and this is an upper bound. Gate: for a model the least probability of what is shown, for the copy floor the characters before the cursor that occurred before. "As shown": what the extension shows, which ends where the model becomes unsure, so a line may take several; "whole line": only suggestions to the end of the line, as the protocol has them. The prompt is the 2,048 bytes before the segment and what was typed since; nothing after the cursor is given.

The most that a show precision of 30 % or better allows, read off the curve (so the gate is chosen on these segments), clean and with typos in 3 % of the letters before the segment:

${table(['', 'saved %', 'saved %, typos before', 'kept'], atThirty)}

PLOT:keystrokes

d: keystrokes that pass before a suggestion can be taken. U2: also takes the next word when that is right.

${table(
  [
    '',
    'gate',
    'saved %, U1, d = 0 (95 %)',
    'precision %',
    'shows per 100 keys',
    ...delays.slice(1).map((d) => `d = ${d}`),
    'U2',
    'U1, typos before',
  ],
  rows,
)}
`;
}
