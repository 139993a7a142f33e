/** Standard output and standard error as the commands use them; tests give streams of their own. */
import type { Writable } from 'node:stream';
import { codeOf, CommandError, messageOf, ReaderGone } from './failure';

/** What a broken pipe is called, on Windows too. */
const goneCodes = new Set(['EPIPE', 'EOF', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

export class Output {
  readonly isTerminal: boolean;

  constructor(private readonly stream: Writable & { isTTY?: boolean }) {
    this.isTerminal = stream.isTTY === true;
    // The callback of each write says the same; without a listener the error would end the process.
    stream.on('error', () => undefined);
  }

  /** Resolves when the bytes are passed on, so a slow reader slows us down. */
  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stream.write(data, (error) => {
        if (!error) resolve();
        else if (goneCodes.has(codeOf(error) ?? '')) reject(new ReaderGone());
        else
          reject(new CommandError(`the output cannot be written (${messageOf(error)}); see whether the disk is full`));
      });
    });
  }
}

/** Messages for people. That nobody reads them is no reason to stop. */
export class Messages {
  readonly isTerminal: boolean;

  constructor(private readonly stream: Writable & { isTTY?: boolean }) {
    this.isTerminal = stream.isTTY === true;
    stream.on('error', () => undefined);
  }

  write(text: string): void {
    this.stream.write(text);
  }

  /** One line. It may quote a file or its name, so control characters are kept from the terminal. */
  say(message: string): void {
    this.write(`${message.replaceAll(/\p{Cc}+/gu, ' ').trimEnd()}\n`);
  }

  complain(message: string): void {
    this.say(`bytewise: ${message}`);
  }

  /** A line that the next one overwrites; an empty one clears it. Only for terminals. */
  progress(message: string): void {
    if (this.isTerminal) this.write(`\r\u001b[K${message}`);
  }
}
