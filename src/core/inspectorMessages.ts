/** What the inspector's web view and the extension tell each other. Types only. */
import type { ByteOffset, CompleteResult, EngineInfo } from './engine';
import type { MeasuredBytes } from './measuredBytes';

/** What is known of the model. */
export type ModelFacts = Pick<
  EngineInfo,
  'modelName' | 'thresholdNats' | 'contextBytes' | 'size' | 'patchBytes' | 'headerIds'
>;

/** The visible lines of an editor. Offsets count bytes of its text with LF line ends. */
export interface ShownText {
  readonly kind: 'text';
  readonly file: string;
  /** Of the document, and of its text; an answer about another one comes too late. */
  readonly uri: string;
  readonly version: number;
  /** The number of the first line, counted from 1, and where each line starts, counted from the first byte that is shown. */
  readonly firstLine: number;
  readonly lineStarts: readonly number[];
  readonly measured: MeasuredBytes;
  /** Up to two bytes before the first one. */
  readonly before: Uint8Array;
  readonly model: ModelFacts;
}

/** Why there is nothing to show, and the command that helps. */
export interface Nothing {
  readonly kind: 'nothing';
  readonly message: string;
  readonly help?: { readonly title: string; readonly command: string };
  /** Whether it takes a moment only. */
  readonly waiting: boolean;
}

/** The cursor and the selection, as places in the document. */
export interface Place {
  readonly cursor: ByteOffset;
  readonly start: ByteOffset;
  readonly end: ByteOffset;
}

/** One line as it stands and as it might be, with its line feed; each measured in its document. */
export interface ComparedLines {
  readonly before: MeasuredBytes;
  readonly after: MeasuredBytes;
}

/** A completion with its trace. */
export interface ShownCompletion {
  readonly file: string;
  /** The end of the text before the cursor: of its last line. */
  readonly line: string;
  readonly result: CompleteResult;
  /** Nats; null where patches have a fixed length. */
  readonly thresholdNats: number | null;
}

export type ToView =
  | { readonly type: 'show'; readonly shown: ShownText | Nothing }
  | { readonly type: 'place'; readonly place: Place }
  | { readonly type: 'compared'; readonly id: number; readonly lines: ComparedLines | { readonly failure: string } }
  | { readonly type: 'completion'; readonly completion: ShownCompletion | Nothing };

export const imageFormats = ['svg', 'png'] as const;
export const tableFormats = ['csv', 'json'] as const;

export type FromView =
  | { readonly type: 'ready' }
  /** Puts the editor's cursor there, or selects up to `end`. */
  | {
      readonly type: 'go';
      readonly uri: string;
      readonly version: number;
      readonly start: ByteOffset;
      readonly end: ByteOffset;
    }
  /** Asks what would change if the line that starts there were another one, its line feed left out. */
  | { readonly type: 'compare'; readonly id: number; readonly start: ByteOffset; readonly line: string }
  /** The last completion is wanted, and each one from now on; `again` makes it anew. */
  | { readonly type: 'watch'; readonly on: boolean; readonly again: boolean }
  | { readonly type: 'saveImage'; readonly format: (typeof imageFormats)[number]; readonly data: Uint8Array }
  /** The bytes that are shown; patches start above the threshold, if there is one. */
  | {
      readonly type: 'saveTable';
      readonly format: (typeof tableFormats)[number];
      readonly thresholdNats: number | null;
    }
  | { readonly type: 'run'; readonly command: string };
