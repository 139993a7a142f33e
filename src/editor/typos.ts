/** Finds repairs of misspelt words in documents: takes the text around a word, and asks the engine where there is a doubt. */
import * as vscode from 'vscode';
import { acceptedWord, repairOfTyped } from '../core/acceptedWord';
import type { Engine } from '../core/engine';
import { withLineFeeds } from '../core/promptWindow';
import { cutFollowing, findRepair, type Repair, type WrittenWord } from '../core/repair';
import { hasWord, wordAt, type WordRange } from '../core/identifiers';
import { cursorPlace, fileNameFor } from './cursorPlace';
import { isAbort, type Failures } from './failures';
import type { Suppressions } from './suppression';

/** How much of a document behind a word is searched for words, in UTF-16 code units. */
const longestAfter = 16_384;
/** Other documents that are searched: not more than so many, and none that is longer. */
const mostDocuments = 20;
const longestDocument = 262_144;

/** A repair, and the place of what it replaces. */
export interface FoundRepair extends Repair {
  readonly range: vscode.Range;
}

/** Where a misspelt word may be, and whether somebody asks for it by hand. */
export interface Asked {
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
  readonly invoked: boolean;
}

/** What Typos live among. */
export interface TyposAround {
  readonly engine: Pick<Engine, 'score'>;
  readonly suppressions: Pick<Suppressions, 'ofDocument' | 'ready'>;
  readonly failures: Pick<Failures, 'report'>;
}

export class Typos {
  constructor(private readonly around: TyposAround) {}

  /** For the word that a place lies in or touches, as it is written. */
  async ofWritten(asked: Asked, signal: AbortSignal): Promise<FoundRepair | undefined> {
    const { document, position } = asked;
    const { text } = document.lineAt(position.line);
    const range = wordAt(text, position.character);
    if (!range) return undefined;
    const end = position.with({ character: range.end });
    const below = textAfter(document, end).slice(text.length - range.end);
    const line = text.slice(range.end) + below.slice(0, 1);
    const word = text.slice(range.start, range.end);
    return this.find(asked, range, { word, ...cutFollowing(line, below.slice(1)), isFinished: true }, signal);
  }

  /** For the word that is being typed before the cursor, which ends there. */
  async ofTyped(asked: Asked, signal: AbortSignal): Promise<FoundRepair | undefined> {
    const { document, position } = asked;
    const { text } = document.lineAt(position.line);
    const range = wordAt(text, position.character);
    if (range?.end !== position.character) return undefined;
    const word = text.slice(range.start, range.end);
    const after = textAfter(document, position);
    return this.find(asked, range, { word, following: '', after, isFinished: false }, signal);
  }

  /** For the last word before the cursor, as it will be when a suggestion has been accepted. The range is of what is typed. */
  async ofAccepted(asked: Asked, suggestion: string, signal: AbortSignal): Promise<FoundRepair | undefined> {
    const { document, position } = asked;
    const accepted = acceptedWord(document.lineAt(position.line).text.slice(0, position.character), suggestion);
    if (!accepted) return undefined;
    const { word, following, typed } = accepted;
    const after = textAfter(document, position);
    const found = await this.find(asked, accepted, { word, following, after, isFinished: true }, signal);
    if (!found) return undefined;
    const text = repairOfTyped(accepted, found);
    return text === undefined ? undefined : { ...found, written: typed, text };
  }

  private async find(
    { document, position: { line }, invoked }: Asked,
    { start, end }: WordRange,
    word: Pick<WrittenWord, 'word' | 'following' | 'after' | 'isFinished'>,
    signal: AbortSignal,
  ): Promise<FoundRepair | undefined> {
    const { engine, suppressions, failures } = this.around;
    const { version } = document;
    await suppressions.ready;
    // Places in a text that has changed meanwhile are other places.
    if (signal.aborted || document.version !== version) return undefined;
    if (suppressions.ofDocument(document, { invoked })) return undefined;
    const range = new vscode.Range(line, start, line, end);
    const { above, line: before } = cursorPlace(document, range.start, undefined);
    const place: WrittenWord = {
      ...word,
      language: document.languageId,
      before: withLineFeeds(above + before),
      isKnown: (one) => this.standsInAnotherDocument(one, document, signal),
    };
    try {
      const repair = await findRepair(place, { path: fileNameFor(document), engine, signal });
      return repair && { ...repair, range };
    } catch (error) {
      if (!isAbort(error)) failures.report('Typo', error);
      return undefined;
    }
  }

  /** Documents with secrets are not read for that either. */
  private async standsInAnotherDocument(
    word: string,
    document: vscode.TextDocument,
    signal: AbortSignal,
  ): Promise<boolean> {
    const tabs = new Set(vscode.window.tabGroups.all.flatMap(({ tabs: ofGroup }) => ofGroup.flatMap(addressOf)));
    const others = vscode.workspace.textDocuments
      .filter((other) => other !== document && tabs.has(other.uri.toString()))
      .filter((other) => lengthOf(other) <= longestDocument)
      .filter((other) => !this.around.suppressions.ofDocument(other, { invoked: true }))
      .slice(0, mostDocuments);
    for (const other of others) {
      if (hasWord(other.getText(), word)) return true;
      // One document in each turn, so that the extension host is never held up.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) break;
    }
    return false;
  }
}

/** VS Code keeps documents for a while when their tabs are closed. */
const addressOf = ({ input }: vscode.Tab): string[] =>
  input instanceof vscode.TabInputText ? [input.uri.toString()] : [];

/** In UTF-16 code units; asking for the text to measure it would copy it. */
const lengthOf = (document: vscode.TextDocument) =>
  document.offsetAt(document.lineAt(document.lineCount - 1).range.end);

function textAfter(document: vscode.TextDocument, position: vscode.Position): string {
  const end = document.positionAt(document.offsetAt(position) + longestAfter);
  return withLineFeeds(document.getText(new vscode.Range(position, end)));
}
