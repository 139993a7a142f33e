/** `complete --jsonl`: one JSON object per input line, one per output line, in the same order. */
import * as v from 'valibot';
import type { Engine } from '../core/engine';
import { complete, type CompletionInput, type CompletionMode } from './complete';
import { exitCodes, messageOf, type ExitCode } from './failure';
import { inputLines } from './inputLines';
import type { Messages, Output } from './output';

type Id = string | number | null;
type Parsed = { readonly id: Id; readonly input: CompletionInput } | { readonly id: Id; readonly problem: string };

export async function answerLines(
  engine: Engine,
  streams: { stdin: AsyncIterable<Uint8Array | string>; stdout: Output; messages: Messages },
  mode: CompletionMode,
): Promise<ExitCode> {
  let number = 0;
  let exitCode: ExitCode = exitCodes.ok;
  for await (const line of inputLines(streams.stdin)) {
    number++;
    const parsed = parseLine(line);
    if (!parsed) continue;
    let problem = 'problem' in parsed ? parsed.problem : undefined;
    let answer: object = { error: problem };
    if ('input' in parsed) {
      try {
        // Costs nothing while the engine runs. After a crash it starts a new one, however many there were before.
        await engine.load();
        answer = await complete(engine, parsed.input, mode);
      } catch (error) {
        problem = messageOf(error);
        answer = { error: problem };
      }
    }
    if (problem !== undefined) {
      streams.messages.complain(`line ${number}: ${problem}`);
      exitCode = exitCodes.failure;
    }
    // A line that cannot be answered is answered by its error, so that the driver stays in step.
    await streams.stdout.write(`${JSON.stringify({ id: parsed.id, ...answer })}\n`);
  }
  return exitCode;
}

const text = (name: string) => v.string(`"${name}" must be a string`);
const wholeNumber = '"maxBytes" must be a whole number from 1 on';

const Line = v.object(
  {
    id: v.nullish(v.union([v.string(), v.number()], '"id" must be a string or a number'), null),
    path: text('path'),
    prefix: text('prefix'),
    suffix: v.nullish(text('suffix'), ''),
    maxBytes: v.nullish(v.pipe(v.number(wholeNumber), v.safeInteger(wholeNumber), v.minValue(1, wholeNumber))),
  },
  // All that must be there are strings.
  (issue) => `${issue.expected} is missing; it must be a string`,
);

const example = '{"id": 1, "path": "sum.py", "prefix": "def "}';
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Nothing for a line without content. */
export function parseLine(line: Uint8Array): Parsed | undefined {
  let source: string;
  try {
    // Swallows a byte order mark, which PowerShell puts at the start of a pipe.
    source = utf8.decode(line);
  } catch {
    return { id: null, problem: 'this is not UTF-8; send JSON in UTF-8' };
  }
  if (source.trim() === '') return undefined;
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch (error) {
    return {
      id: null,
      problem: `this is not JSON (${messageOf(error)}); send one object per line, such as ${example}`,
    };
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { id: null, problem: `this is not an object; send one object per line, such as ${example}` };
  }
  const id: Id = 'id' in json && (typeof json.id === 'string' || typeof json.id === 'number') ? json.id : null;
  const result = v.safeParse(Line, json);
  if (!result.success) return { id, problem: result.issues.map((issue) => issue.message).join('; ') };
  const { path, prefix, suffix, maxBytes } = result.output;
  return { id, input: { path, prefix, suffix, maxBytes: maxBytes ?? undefined } };
}
