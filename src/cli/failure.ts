/** The ways in which a command ends early, and its exit codes. */

export const exitCodes = { ok: 0, failure: 1, usage: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Something that the user can mend. The message is one sentence and says how. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.failure,
  ) {
    super(message);
  }
}

/** The command line is wrong, whatever the files say. */
export const usageError = (message: string) => new CommandError(message, exitCodes.usage);

/** Whoever read our output, `head` for one, has had enough. No failure, but nothing is left to do. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
