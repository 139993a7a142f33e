/** What became of the latest requests for a suggestion: the answer to "why do I see nothing?". */
import type * as vscode from 'vscode';
import type { Reason } from './inlineCompletions';

export interface Decision {
  readonly where: string;
  readonly ms: number;
  /** Left out when the engine was not asked and nothing was remembered. */
  readonly source?: 'memory' | 'engine';
  readonly text?: string;
  readonly confidence?: number;
  /** Left out when the suggestion was shown. */
  readonly reason?: Reason;
}

const capacity = 20;

export class Decisions {
  private readonly notes: Decision[] = [];

  constructor(private readonly log: vscode.LogOutputChannel) {}

  note(decision: Decision): void {
    this.notes.push(decision);
    if (this.notes.length > capacity) this.notes.shift();
    this.log.trace(`[completion] ${inWords(decision)}`);
  }

  /** Oldest first. */
  get latest(): readonly Decision[] {
    return this.notes;
  }
}

export function inWords({ where, ms, source, text, confidence, reason }: Decision): string {
  const parts = [where, reason ? `nothing shown: ${reason}` : 'shown'];
  if (text !== undefined) parts.push(JSON.stringify(text));
  if (confidence !== undefined) parts.push(`confidence ${confidence.toFixed(3)}`);
  if (source) parts.push(`from ${source}`);
  return [...parts, `${ms.toFixed(0)} ms`].join(', ');
}
