/** Writes down what an evaluation found. */

import { cursorClasses } from '../data';
import { repetition, repetitions } from '../metrics';
import type { Plot } from '../plots';
import type { Evaluation } from '../results';
import { benchmarkTables } from './benchmarkTables';
import { byGroup, cleanText } from './cleanText';
import { goals } from './goals';
import { keystrokes } from './keystrokes';
import { measuresOf } from './measures';
import { noiseBits } from './noiseBits';
import { redraws } from './redraws';
import { reliability } from './reliability';
import { robustness } from './robustness';
import { table } from './tables';
import { wholeFiles } from './wholeFiles';
import { wordsAndSpaces } from './words';

export function report(evaluation: Evaluation): {
  readonly plots: readonly Plot[];
  readonly markdown: (images: ReadonlyMap<string, string>) => string;
} {
  const { items, results, quick, facts, notRun } = evaluation;
  const draws = quick ? '1,000' : '10,000';
  const measures = measuresOf(evaluation);
  const plots: Plot[] = [];
  const languages = [...new Set(items.map(({ file }) => file.language))].toSorted();

  const files = new Set(items.map(({ fileId }) => fileId)).size;
  const packages = new Set(items.map(({ file }) => file.package)).size;
  const sections = [
    `# Results

Written by \`npm run eval\`; do not edit. ${quick ? 'A smoke test: so few items say nothing about quality.' : ''}

${table(
  ['', ''],
  facts.map((fact) => [...fact]),
).replace('--:', '---')}

${results.map(({ description }) => `- ${description}`).join('\n')}

The questions: ${items.length} cursors in ${files} files of ${packages} packages in ${languages.length} languages. No file of these packages was trained on. The cursors are balanced over languages and over kinds of places; targets have a letter or digit and at most 120 bytes. An interval is the 95 % percentile interval of ${draws} bootstrap draws over files. The data lies in \`eval/data\`, with the names and licences of the packages.
`,
    '',
    cleanText(evaluation, measures),
    byGroup(evaluation, measures, 'language', languages, ({ item }) => item.file.language),
    byGroup(evaluation, measures, 'cursor class', cursorClasses, ({ item }) => item.kind),
    byGroup(evaluation, measures, 'what of the answer stands before the cursor', repetitions, ({ item }) =>
      repetition(item.target, item.prefix),
    ),
    robustness(evaluation, measures, plots),
    noiseBits(evaluation, measures),
    redraws(evaluation, measures),
    wordsAndSpaces(evaluation, measures),
    keystrokes(evaluation, measures, plots),
    reliability(evaluation, measures, plots),
    wholeFiles(evaluation),
    benchmarkTables(evaluation, measures),
  ];
  // Needs the others' numbers, but stands first.
  sections[1] = goals(evaluation, measures);
  const left = [
    ...notRun,
    'CUTE character probes: they are English instructions with examples, which a model of code alone cannot follow.',
    ...(results.some(({ redrawn }) => redrawn.length > 0)
      ? []
      : ['RP and RD over several draws of each noise: `--seeds` was not given.']),
    'Perturbations of ReCode other than those named, and its MBPP half.',
  ];
  sections.push(`## Not run\n\n${left.map((line) => `- ${line}`).join('\n')}\n`);
  return {
    plots,
    markdown: (images) =>
      sections
        .join('\n')
        .replace(
          /^PLOT:(\w+)$/gm,
          (_, name: string) =>
            `![${plots.find((plot) => plot.name === name)?.alt ?? name}](images/${images.get(name) ?? ''})`,
        ),
  };
}
