/** The command line: which commands and options there are, and how a command ends. */
import path from 'node:path';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { executionProviders } from '../core/engine';
import { benchCommand, completeCommand, doctorCommand, entropyCommand } from './commands';
import { CommandError, exitCodes, messageOf, ReaderGone, type ExitCode } from './failure';
import type { Messages } from './output';
import type { World } from './world';

/** Runs one command line, without the names of Node and of the program, and gives the exit code. */
export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  // Commander writes synchronously; what it has to say is written at the end.
  let help = '';
  let exitCode: ExitCode = exitCodes.ok;
  const act =
    <Arguments extends unknown[]>(command: (world: World, ...args: Arguments) => Promise<ExitCode>) =>
    async (...args: Arguments) => {
      exitCode = await command(world, ...args);
    };

  const program = new Command('bytewise')
    .description('Code completion by a byte-level model that runs on this machine.')
    .version(world.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => (help += text),
      writeErr: (text) => {
        world.messages.write(text);
      },
      outputError: (text) => {
        world.messages.complain(`${text.replace(/^error: /, '').trim()}; run \`bytewise --help\``);
      },
    });

  const engineOptions = (command: Command) =>
    command
      .addOption(
        new Option('--model <DIR>', 'folder of a model package')
          .default(world.defaultModelDirectory, 'the one that comes along')
          .argParser((directory) => path.resolve(directory)),
      )
      .addOption(new Option('--ep <NAME>', 'what the model runs on').choices(executionProviders).default('auto'))
      .addOption(new Option('--software-gpu', 'let a GPU that is made of software count as one').hideHelp());
  const complete = program
    .command('complete')
    .description('complete at a place in a file, or answer requests from standard input')
    .addArgument(new Argument('[FILE:LINE:COL]', 'the place as editors count it: from 1, columns in UTF-16 code units'))
    .option('--jsonl', 'answer one JSON object per line: {"id", "path", "prefix", "suffix"?, "maxBytes"?}')
    .option('--raw', "the greedy text up to the line's end, without the product's gate and filters")
    .option('--json', 'print the whole answer, not only its text');
  const entropy = program
    .command('entropy')
    .description('colour a file by the entropy of each byte and mark where patches start')
    .argument('<FILE>')
    .option('--json', 'print {"bytes", "entropyBits", "patchStarts", "threshold", "thresholdNats"}');
  const doctor = program
    .command('doctor')
    .description('say what is installed, what the model runs on, and how fast')
    .option('--json', 'print one JSON object');
  const bench = program
    .command('bench')
    .description('measure how fast the engine is; takes about a minute')
    .option(
      '--runs <N>',
      'how often the middle and the 95 % of each figure are taken from',
      (text) => wholeNumber(text),
      9,
    )
    .option('--json', 'print one JSON object; every figure is {"p50", "p95", "n"}');
  engineOptions(complete).action(act(completeCommand));
  engineOptions(entropy).action(act(entropyCommand));
  engineOptions(doctor).action(act(doctorCommand));
  engineOptions(bench).action(act(benchCommand));

  try {
    await program.parseAsync(args, { from: 'user' }).catch((error: unknown) => {
      exitCode = ended(error, world.messages);
    });
    if (help) await world.stdout.write(help);
  } catch (error) {
    exitCode = ended(error, world.messages);
  }
  return exitCode;
}

const examples = `
Examples:
  bytewise complete src/sum.py:12:5
  bytewise complete --jsonl < requests.jsonl > answers.jsonl
  bytewise entropy src/sum.py
  bytewise entropy src/sum.py --json
  bytewise doctor --ep cpu
  bytewise bench --json

Exit codes: 0 done, 1 something went wrong, 2 the command line is wrong.`;

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return number;
}

function ended(error: unknown, messages: Messages): ExitCode {
  if (error instanceof ReaderGone) return exitCodes.ok;
  // Commander has said by itself what is wrong; for --help and --version nothing is.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  messages.complain(messageOf(error));
  return error instanceof CommandError ? error.exitCode : exitCodes.failure;
}
