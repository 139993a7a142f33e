/** What was reached of what was wanted. */

import type { Evaluation } from '../results';
import type { Measures } from './measures';
import { interval, percent } from './tables';
import { savedAt, typistsOf } from './typing';

export function goals(
  evaluation: Evaluation,
  { ours, others, timesFloor, keptDifference, bitsDifference, midWordMinusStart }: Measures,
): string {
  const { results } = evaluation;
  const typists = typistsOf(evaluation);
  const floor = results.find(({ name }) => name === 'copy floor');
  const aided = others.find(({ role }) => role === 'aided');
  const lines: string[] = [];
  if (floor && floor !== ours) {
    lines.push(
      `Exact match against the copy floor: ${interval(timesFloor(ours, floor), 1, 2)} times. The goal for a small model is 1.5.`,
    );
    if (aided) {
      lines.push(
        `With eight other files of the package open, which the floor does not see: ${interval(timesFloor(aided, floor), 1, 2)} times.`,
      );
    }
    const saved = typists
      .filter(({ results: of }) => [ours, aided, floor].includes(of))
      .map((typist) => `${typist.label} ${percent(savedAt(typist, 0.3))} %`);
    if (saved.length > 0) {
      lines.push(
        `Keystrokes saved at a show precision of 30 % or better: ${saved.join(', ')}. The goal is twice the 7.4 % that the floor saved with whole lines on another set of application code; what ends before the end of the line, as shown, is easier to get right.`,
      );
    }
  }
  const baselines = others.filter((one) => one !== floor && (one.role === 'model' || one.role === 'baseline'));
  const claimed = ['T-ONE', 'T-MIX 3 %', 'T-MIDWORD'];
  for (const other of baselines) {
    const differences = claimed.map((id) => `${id} ${interval(keptDifference(other, id), 1, 2)}`);
    lines.push(
      `Share of clean exact matches kept, minus that of ${other.name}: ${differences.join(', ')}. The goal is an interval above 0, and more exact matches under noise than any baseline (see below).`,
    );
    const bits = ['clean', ...claimed].map((id) => `${id} ${interval(bitsDifference(other, id), 1, 2)}`);
    lines.push(`Bits per byte of the target minus those of ${other.name}: ${bits.join(', ')}. Below 0 is better.`);
  }
  if (baselines.length === 0) lines.push('Robustness against trained baselines: not measured, none was given.');
  lines.push(
    `Exact match inside of a word minus exact match where a word starts: ${interval(midWordMinusStart(ours))} points. The goal is not below 0.`,
  );
  return lines.length > 0 ? `## Against the goals\n\n${lines.map((line) => `- ${line}`).join('\n')}\n` : '';
}
