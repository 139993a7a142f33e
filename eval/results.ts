/** All that an evaluation found, before it is written down. */

import type { Item } from './data';
import type { Outcome } from './outcome';
import type { TypedSegment } from './typist';

/** An aided one sees more than the question; it and an ablation answer fewer questions, and a baseline types fewer segments. */
export type Role = 'model' | 'aided' | 'ablation' | 'baseline';

/** How one completer did. */
export interface Results {
  readonly name: string;
  readonly role: Role;
  /** In a sentence: what it is, with its hash or command. */
  readonly description: string;
  readonly outcomes: readonly Outcome[];
  /** Under other draws of the same noise: seeds 1, 2, … */
  readonly redrawn: readonly Outcome[];
  /** Clean, with as much of the file before the cursor as the data has. */
  readonly wide: readonly Outcome[];
  readonly typed: readonly TypedSegment[];
  /** Of whole files, by language. */
  readonly files: readonly {
    readonly language: string;
    readonly fileId: string;
    readonly bits: number;
    readonly bytes: number;
  }[];
  readonly benchmarks: readonly {
    readonly benchmark: string;
    readonly set: string;
    readonly nominal?: string;
    /** By task. */
    readonly right: ReadonlyMap<string, boolean>;
  }[];
  /** Answers that did not come from the cache, and milliseconds for them. */
  readonly asked: number;
  readonly askedMs: number;
}

export interface Evaluation {
  readonly items: readonly Item[];
  /** Those that were also asked with noise before the cursor. */
  readonly noisyItems: ReadonlySet<Item>;
  readonly segments: number;
  /** Of the whole-file measure. */
  readonly window: { readonly context: number; readonly stride: number };
  readonly results: readonly Results[];
  readonly quick: boolean;
  /** For the head of the page. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What was left out, each in a sentence. */
  readonly notRun: readonly string[];
}
