/** Keeps the latest decisions about suggestions, for the command that explains them and for the report. */
import type * as vscode from 'vscode';
import { inWords, type Decision } from '../core/decision';

const capacity = 100;

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
