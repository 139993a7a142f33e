/** What the status bar says, as text. */
import * as l10n from '@vscode/l10n';
import type { CompleteResult, EngineInfo, EngineState } from './engine';
import { bitsPerNat } from './heatMap';
import { inRow } from './list';

export interface Status {
  readonly state: EngineState;
  /** Whether completions are on; the heat map works without. */
  readonly enabled: boolean;
  /** Whether they are off for a while. */
  readonly snoozed: boolean;
  readonly info: EngineInfo | undefined;
  readonly last: Pick<CompleteResult, 'bytes' | 'searchedBytes' | 'firstByteMs' | 'ms' | 'stop'> | undefined;
  /** What went wrong, while the state is `failed`. */
  readonly failure: string | undefined;
}

const icons: Readonly<Record<EngineState, string>> = {
  idle: 'circle-outline',
  loading: 'loading~spin',
  ready: 'circle-filled',
  // It changes with nearly every keystroke, so it must neither move nor change its width.
  busy: 'record',
  failed: 'error',
};

export function statusText({ state, enabled, snoozed, info, last }: Status): string {
  if (state === 'failed') return `$(${icons.failed}) ${l10n.t('Bytewise: failed')}`;
  if (state === 'loading') return `$(${icons.loading}) ${l10n.t('Bytewise: loading')}`;
  if (!enabled) return `$(circle-slash) ${l10n.t('Bytewise: off')}`;
  if (snoozed) return `$(bell-slash) ${l10n.t('Bytewise: snoozed')}`;
  const speed = msPerByte(last);
  const where = info && state !== 'idle' ? ` ${info.device}` : '';
  return `$(${icons[state]}) Bytewise${where}${speed === undefined ? '' : ` · ${l10n.t('{0} ms/byte', speed.toFixed(1))}`}`;
}

/** What was measured lately; left out while nothing was. */
export interface Speed {
  /** From a request to its suggestion. */
  readonly textMs: number | undefined;
  /** For each byte after the first one. */
  readonly byteMs: number | undefined;
}

/** One line for the menu: state, device and speed. */
export function statusLine({ state, info }: Pick<Status, 'state' | 'info'>, { textMs, byteMs }: Speed): string {
  const words = sentence(stateInWords(state));
  const parts = [
    info && state !== 'idle' ? l10n.t('{0} on {1}', words, info.device) : words,
    ...(textMs === undefined ? [] : [l10n.t('text after {0} ms', textMs.toFixed(0))]),
    ...(byteMs === undefined ? [] : [l10n.t('{0} ms per byte', byteMs.toFixed(1))]),
  ];
  return inRow(parts);
}

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** Markdown lines. */
export function statusTooltip({ state, enabled, snoozed, info, last, failure }: Status): string {
  const switched = enabled ? (snoozed ? [l10n.t('snoozed')] : []) : [l10n.t('completions off')];
  const lines = [`**Bytewise** — ${inRow([stateInWords(state), ...switched])}`];
  if (state === 'failed' && failure) lines.push(failure);
  if (info) {
    lines.push(l10n.t('Model: {0} on {1}', info.modelName, info.device));
    lines.push(info.attempts.map(({ provider, reason }) => `${provider}: ${reason}`).join('  \n'));
    if (info.thresholdNats !== null)
      lines.push(l10n.t('Patch threshold: {0} bits', (info.thresholdNats * bitsPerNat).toFixed(2)));
  }
  if (last) {
    const bytes = last.bytes.length === 1 ? l10n.t('1 byte') : l10n.t('{0} bytes', last.bytes.length);
    const ms = last.ms.toFixed(0);
    lines.push(
      l10n.t('Last completion: {0} ms for {1}, first byte after {2} ms', ms, bytes, last.firstByteMs.toFixed(0)),
    );
  }
  lines.push(l10n.t('Click for the menu'));
  return lines.join('\n\n');
}

export function stateInWords(state: EngineState): string {
  switch (state) {
    case 'idle':
      return l10n.t('not running; starts when it is needed');
    case 'loading':
      return l10n.t('loading the model');
    case 'ready':
      return l10n.t('ready');
    case 'busy':
      return l10n.t('working');
    case 'failed':
      return l10n.t('failed');
  }
}

/** The pace of generating, without the prompt that had to be read before the first byte. */
export function msPerByte(last: Status['last']): number | undefined {
  if (last === undefined) return undefined;
  // The first byte was chosen by then, not read yet; one that meets the limit is not read at all.
  const read = last.bytes.length + (last.searchedBytes ?? 0) - (last.stop === 'max-bytes' ? 1 : 0);
  return read > 0 ? (last.ms - last.firstByteMs) / read : undefined;
}
