/** Where a suggestion may be a block, and where that ends: by the syntax tree where there is one, else by indentation. */
import type * as vscode from 'vscode';
import { blockAt, type Block } from '../core/block';
import type { Beginning } from '../core/generation';
import type { Place } from '../core/ghostText';
import type { BlockEnd } from '../core/suggestion';
import type { SyntaxTrees } from './syntaxTrees';
import type { TextKinds } from './textKinds';

/** A block that may begin at a place. */
export interface OpenBlock {
  readonly block: Block;
  /** Holds while the document is as it was when this was asked. */
  readonly blockEnd: BlockEnd;
}

export class Blocks {
  constructor(
    private readonly textKinds: Pick<TextKinds, 'before'>,
    private readonly trees: Pick<SyntaxTrees, 'isParsed' | 'blockEnd'>,
  ) {}

  /** Never behind what only looks like an opening bracket, in a comment or a string. */
  at(document: vscode.TextDocument, place: Place, { start, typed, wanted }: Beginning): OpenBlock | undefined {
    const block = blockAt(place.above + place.line, place.after);
    if (!block) return undefined;
    const cursor = document.positionAt(start + typed.length);
    if (this.textKinds.before(document, cursor) !== 'code') return undefined;
    const { version } = document;
    return {
      // What a selected item would change is in no tree.
      block: { ...block, isParsed: wanted === '' && this.trees.isParsed(document) },
      blockEnd: (text) => (document.version === version ? this.trees.blockEnd(document, cursor, text) : undefined),
    };
  }
}
