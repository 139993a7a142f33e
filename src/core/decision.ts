/** What became of a request for a suggestion, and how that is told to a person: the answer to "why do I see nothing?". */
import * as l10n from '@vscode/l10n';
import type { Silence } from './suggestion';

/** Why the engine was not even asked. */
export type Suppression =
  | 'disabled'
  | 'snoozed'
  | 'manual'
  | 'on-battery'
  | 'not-a-file'
  | 'secret-file'
  | 'ignored'
  | 'excluded'
  | 'language-off'
  | 'in-comment'
  | 'in-string'
  | 'several-cursors'
  | 'selection'
  | 'inside-word'
  | 'selected-item-differs'
  | 'selected-item-spans-lines';

/** The next key came first: while waiting for a pause in typing, or at some point of the engine's work. */
const overtakings = ['debounced', 'engine-loading', 'engine-busy', 'cancelled', 'outdated'] as const;
type Overtaking = (typeof overtakings)[number];

export type Reason = Suppression | Silence | Overtaking | 'failed';

export const isOvertaken = (reason: Reason | undefined): boolean => overtakings.some((one) => one === reason);

export interface Decision {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** File, line and column. */
  readonly where: string;
  /** From the request to this decision. */
  readonly ms: number;
  /** Left out when the engine was not asked and nothing was remembered. */
  readonly source?: 'memory' | 'engine';
  readonly text?: string;
  readonly confidence?: number;
  /** The confidence that was asked for. */
  readonly gate?: number;
  /** Left out when the suggestion was shown. */
  readonly reason?: Reason;
}

/** What a person can do about a reason: look at a setting, or run a command. */
export type Remedy = { readonly setting: string } | { readonly command: 'snooze' | 'log' };

interface Explanation {
  readonly sentence: string;
  readonly remedy?: Remedy;
}

/** A function, because the language is known only when the extension starts. */
const explanations = (): Readonly<Record<Reason, Explanation>> => ({
  disabled: { sentence: l10n.t('Suggestions are switched off'), remedy: { setting: 'enable' } },
  snoozed: { sentence: l10n.t('Suggestions are snoozed'), remedy: { command: 'snooze' } },
  manual: { sentence: l10n.t('Suggestions come only when you ask for them'), remedy: { setting: 'trigger' } },
  'on-battery': {
    sentence: l10n.t('Paused, because the machine runs on its battery'),
    remedy: { setting: 'onBattery' },
  },
  'not-a-file': { sentence: l10n.t('This is no text that somebody writes') },
  'secret-file': { sentence: l10n.t('This file may hold secrets'), remedy: { setting: 'secretFiles' } },
  ignored: { sentence: l10n.t('This file is named in .bytewiseignore') },
  excluded: { sentence: l10n.t('This file is excluded by your settings'), remedy: { setting: 'exclude' } },
  'language-off': { sentence: l10n.t('Suggestions are off in this language'), remedy: { setting: 'languages' } },
  'in-comment': { sentence: l10n.t('Suggestions are off in comments'), remedy: { setting: 'inComments' } },
  'in-string': { sentence: l10n.t('Suggestions are off in strings'), remedy: { setting: 'inStrings' } },
  'several-cursors': { sentence: l10n.t('There are several cursors') },
  selection: { sentence: l10n.t('Text is selected') },
  'inside-word': { sentence: l10n.t('The cursor is inside a word') },
  'selected-item-differs': { sentence: l10n.t('The item selected in the list of VS Code changes what you have typed') },
  'selected-item-spans-lines': { sentence: l10n.t('The item selected in the list of VS Code has several lines') },
  debounced: { sentence: l10n.t('You typed on before the engine was asked') },
  'engine-loading': { sentence: l10n.t('You typed on while the model was loading') },
  'engine-busy': { sentence: l10n.t('You typed on while the engine was busy with something else') },
  cancelled: { sentence: l10n.t('You typed on before the engine had answered') },
  outdated: { sentence: l10n.t('The text had changed when the answer came') },
  failed: { sentence: l10n.t('The engine has failed'), remedy: { command: 'log' } },
  empty: { sentence: l10n.t('The model would write nothing here') },
  unsure: { sentence: l10n.t('The model is not sure enough'), remedy: { setting: 'confidence' } },
  'duplicates-suffix': { sentence: l10n.t('Filtered: the suggestion stands after the cursor already') },
  repetitive: { sentence: l10n.t('Filtered: the suggestion repeats itself') },
  'looks-secret': { sentence: l10n.t('Filtered: the suggestion looks like a key or a password') },
});

export const remedyOf = (reason: Reason | undefined): Remedy | undefined => reason && explanations()[reason].remedy;

/** One sentence for the user, without a full stop. */
export function explain({ source, confidence, gate, reason }: Omit<Decision, 'at' | 'where' | 'ms'>): string {
  if (!reason) return source === 'memory' ? l10n.t('Shown; it was known already') : l10n.t('Shown');
  const { sentence } = explanations()[reason];
  if (reason !== 'unsure' || confidence === undefined || gate === undefined) return sentence;
  // What ended as unsure after nothing has confidence 1: there was no byte that was sure enough.
  if (confidence >= gate) return l10n.t('{0}: nothing reaches {1}', sentence, percent(gate));
  return l10n.t('{0}: {1}, and {2} are asked for', sentence, percent(confidence), percent(gate));
}

/** One line for the log and the report. */
export function inWords(decision: Decision): string {
  const { where, ms, source, text, confidence, reason } = decision;
  const parts = [where, reason ? `nothing shown: ${reason}` : 'shown'];
  if (text !== undefined) parts.push(JSON.stringify(text));
  if (confidence !== undefined) parts.push(`confidence ${confidence.toFixed(3)}`);
  if (source) parts.push(`from ${source}`);
  return [...parts, `${ms.toFixed(0)} ms`].join(', ');
}

/** Decisions with how many more like it came before; while somebody types, most requests are overtaken by the next key. */
export interface Run {
  readonly decision: Decision;
  readonly times: number;
}

/** Latest first; a run of overtaken requests is one entry, with the reason of the latest. */
export function latestFirst(decisions: readonly Decision[]): Run[] {
  const runs: Run[] = [];
  for (const decision of decisions.toReversed()) {
    const last = runs.at(-1);
    if (last && isOvertaken(decision.reason) && isOvertaken(last.decision.reason)) {
      runs[runs.length - 1] = { ...last, times: last.times + 1 };
    } else runs.push({ decision, times: 1 });
  }
  return runs;
}

/** Median time from the request to the suggestion, of those that the engine answered and that were shown. */
export function msToText(decisions: readonly Decision[]): number | undefined {
  const times = decisions
    .filter(({ source, reason }) => source === 'engine' && !reason)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  return times[times.length >> 1];
}

const percent = (probability: number) => `${(probability * 100).toFixed(probability < 0.1 ? 1 : 0)} %`;
