/** Where a suggestion may be a block of several lines, and where that block ends. */

import { firstLine, indentationOf, isWord, lastLine } from './words';

/** A block that may begin at a cursor. */
export interface Block {
  /** White space at the start of the line that opens it; its own lines have that and more. */
  readonly indentation: string;
  readonly maxLines: number;
  /** A parser will find where the block ends (syntax.ts), so lines are read too that go on with it by a word, or end it by one. */
  readonly isParsed?: boolean;
}

/** More than this is not read before it is accepted. */
const mostLines = 8;

const opens = /(?:[{([:]|=>|(?<![\p{L}\p{N}_])(?:do|then|else|begin))\s*$/u;

/**
 * The block that may begin at a cursor between two texts: behind an opening bracket, a colon and the like, or on an empty line
 * below it or deeper than it, where no body stands yet. Undefined: one line is suggested.
 */
export function blockAt(before: string, after: string): Block | undefined {
  const line = lastLine(before);
  const rest = firstLine(after).trim();
  const isEmptyLine = line.trim() === '' && rest === '';
  const opener = isEmptyLine ? lastWritten(before) : line;
  // The editor writes the bracket that closes the one just typed.
  const isOpen = opens.test(opener) && (isEmptyLine || /^[)\]}]*[;,]?$/.test(rest));
  const indentation = indentationOf(opener);
  const isDeeper = isEmptyLine && opener !== '' && isDeeperThan(line, indentation);
  if (!isOpen && !isDeeper) return undefined;
  const below = after
    .slice(firstLine(after).length)
    .split('\n')
    .find((one) => one.trim() !== '');
  const hasBody = below !== undefined && isDeeperThan(indentationOf(below), indentation);
  return hasBody ? undefined : { indentation, maxLines: mostLines };
}

/** The last line with text; empty if there is none. */
const lastWritten = (text: string): string => lastLine(text.trimEnd());

const isDeeperThan = (indentation: string, other: string) =>
  indentation.length > other.length && indentation.startsWith(other);

const [tab, lineFeed, space] = [0x09, 0x0a, 0x20];
const closers: readonly (number | undefined)[] = Array.from(')]}', (closer) => closer.charCodeAt(0));
const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const goingOn = words(
  'else elif elsif elseif except finally rescue ensure catch when case default public private protected',
);
const ending = words('end fi done esac');

/** What a byte means for the block that it would go on with. */
export type Verdict =
  /** It belongs to it. */
  | 'inside'
  /** It is the bracket that closes it, the last byte to take. */
  | 'closes'
  /** The lines before this one were the block; the line is not taken, nor the line end before it. */
  | 'outside';

/**
 * Reads a block byte by byte. A line that is not deeper than the one that opens the block is no part of it, but for a bracket
 * that closes it. Only the cursor's own line is taken as it is, since that is what one line would have suggested.
 */
export class BlockLines {
  /** White space at the start of the current line, while there is nothing else. */
  #indentation: string | undefined;
  #lines = 1;
  #isFirstLine = true;
  #isBlank = true;
  #blankLines = 0;
  /** Nothing is taken behind the current line. */
  #isLastLine = false;
  /** What is read of the word by which a line goes on with the block or ends it, or does not. */
  #word: string | undefined;

  /** `line`: what stands before the cursor in its line. */
  constructor(
    private readonly block: Block,
    line: string,
  ) {
    this.#indentation = line.trim() === '' ? line : undefined;
    this.#isBlank = line.trim() === '';
  }

  read(byte: number): Verdict {
    if (this.#word !== undefined) {
      const letter = String.fromCharCode(byte);
      if (isWord(letter)) {
        this.#word += letter;
        return 'inside';
      }
      const word = this.#word;
      this.#word = undefined;
      this.#isLastLine = ending.has(word);
      if (!this.#isLastLine && !goingOn.has(word)) return 'outside';
    }
    if (byte === lineFeed) return this.#lineEnd();
    if (this.#indentation === undefined) return 'inside';
    if (byte === tab || byte === space) {
      this.#indentation += String.fromCharCode(byte);
      return 'inside';
    }
    const indentation = this.#indentation;
    this.#indentation = undefined;
    this.#isBlank = false;
    this.#blankLines = 0;
    if (isDeeperThan(indentation, this.block.indentation)) return 'inside';
    if (closers.includes(byte) && indentation === this.block.indentation) return 'closes';
    if (this.#isFirstLine) this.#isLastLine = true;
    else if (!this.block.isParsed || indentation !== this.block.indentation) return 'outside';
    else this.#word = String.fromCharCode(byte);
    return 'inside';
  }

  #lineEnd(): Verdict {
    // Two blank lines part what does not belong together.
    if (this.#isBlank && !this.#isFirstLine) this.#blankLines++;
    if (this.#isLastLine || this.#blankLines === 2 || this.#lines === this.block.maxLines) return 'outside';
    this.#lines++;
    this.#isFirstLine = false;
    this.#isBlank = true;
    this.#indentation = '';
    return 'inside';
  }
}

/** How much of a text belongs to a block by the indentation of its lines, in UTF-16 code units. `line` as in BlockLines. */
export function indentedLength(text: string, block: Block, line: string): number {
  const lines = new BlockLines({ ...block, isParsed: false }, line);
  let wholeLines = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const verdict = lines.read(code);
    if (verdict === 'outside') return code === lineFeed ? at : wholeLines;
    if (verdict === 'closes') return at + 1;
    if (code === lineFeed) wholeLines = at;
  }
  return text.length;
}
