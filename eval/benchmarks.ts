/** Public benchmarks as tests of the next line, by exact match and without running anything. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { searchBytesFor } from '../src/core/suggestion';
import type { Completer } from './completer';
import { exactMatch } from './metrics';

export interface Question {
  readonly id: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly target: string;
}

export interface Benchmark {
  readonly name: string;
  /** Its questions under each perturbation, and which of them is the unperturbed one of another. */
  readonly sets: readonly {
    readonly name: string;
    readonly nominal?: string;
    readonly questions: readonly Question[];
  }[];
  /** Whether white space at the start of the line counts. */
  readonly indentationCounts: boolean;
}

interface Task {
  readonly task_id: string;
  readonly prompt: string;
  readonly suffix?: string;
  readonly canonical_solution: string;
  readonly partial?: string | null;
}

const parseLines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Task);

/** The first line that says something, with what stands before it. */
function nextLine({ task_id, prompt, suffix = '', canonical_solution }: Task): Question {
  const blank = /^(\s*\n)*/.exec(canonical_solution)?.[0] ?? '';
  const [target = ''] = canonical_solution.slice(blank.length).split('\n');
  return { id: task_id, prefix: prompt + blank, suffix, target };
}

export function readBenchmarks(directory: string): Benchmark[] {
  const infilling = path.join(directory, 'humaneval-infilling/HumanEval-SingleLineInfilling.jsonl.gz');
  const nominal = path.join(directory, 'recode/recode_nominal.tar.xz');
  const perturbed = path.join(directory, 'recode/recode_humaneval_perturbed_s0-s9.tar.xz');
  for (const file of [infilling, nominal, perturbed]) {
    if (!existsSync(file)) throw new Error(`There is no ${file}. --benchmarks names the folder that has it.`);
  }
  const member = (archive: string, name: string) =>
    parseLines(
      execFileSync('tar', ['-xJOf', archive, `dataset-release/${name}`], { maxBuffer: 2 ** 28 }).toString('utf8'),
    );
  const lines = parseLines(gunzipSync(readFileSync(infilling)).toString('utf8')).map(nextLine);
  // `prompt` goes up to half of the solution where there is a `partial`.
  const halves = (tasks: readonly Task[]) => tasks.filter(({ partial }) => typeof partial === 'string').map(nextLine);
  const formats = ['tab_indent', 'split_lines', 'doc2comments', 'new_lines', 'new_line_aftercode', 'new_line_afterdoc'];
  const renames = ['ButterFinger', 'SwapChar', 'ChangeChar', 'CamelCase', 'InflectionalVariation', 'SynonymSub'];
  return [
    {
      name: 'HumanEval-Infilling, single line',
      indentationCounts: true,
      sets: [
        { name: 'with suffix', questions: lines },
        { name: 'without suffix', questions: lines.map((question) => ({ ...question, suffix: '' })) },
      ],
    },
    {
      name: 'ReCode on HumanEval, next line',
      indentationCounts: false,
      sets: [
        { name: 'half of the solution', questions: halves(member(nominal, 'nominal/humaneval_partial.jsonl')) },
        ...formats.map((name) => ({
          name,
          nominal: 'half of the solution',
          questions: halves(member(perturbed, `perturbed_finalized/humaneval/full/format/humaneval_${name}_s0.jsonl`)),
        })),
        { name: 'signature and docstring', questions: member(nominal, 'nominal/HumanEval.jsonl').map(nextLine) },
        ...renames.map((name) => ({
          name: `FuncRename${name}`,
          nominal: 'signature and docstring',
          questions: member(
            perturbed,
            `perturbed_finalized/humaneval/full/func_name/humaneval_FuncRename${name}_s0.jsonl`,
          ).map(nextLine),
        })),
      ],
    },
  ];
}

export async function isRight(completer: Completer, question: Question, indentationCounts: boolean): Promise<boolean> {
  const { prefix, suffix, target } = question;
  const { text } = await completer.complete(
    { path: 'solution.py', prefix, suffix },
    { maxBytes: 128, minConfidence: 0, searchBytes: searchBytesFor(0) },
  );
  return indentationCounts ? exactMatch(text, target) : exactMatch(text.trimStart(), target.trimStart());
}
