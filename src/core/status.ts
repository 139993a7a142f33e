/** What the status bar says, as text. */
import type { CompleteResult, EngineInfo, EngineState } from './engine';
import { bitsPerNat } from './heatMap';

export interface Status {
  readonly state: EngineState;
  /** Whether completions are on; the heat map works without. */
  readonly enabled: boolean;
  /** Whether they are off for a while. */
  readonly snoozed: boolean;
  readonly info: EngineInfo | undefined;
  readonly last: Pick<CompleteResult, 'bytes' | 'firstByteMs' | 'ms' | 'stop'> | undefined;
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
  if (state === 'failed') return `$(${icons.failed}) Bytewise: failed`;
  if (state === 'loading') return `$(${icons.loading}) Bytewise: loading`;
  if (!enabled) return '$(circle-slash) Bytewise: off';
  if (snoozed) return '$(bell-slash) Bytewise: snoozed';
  const speed = msPerByte(last);
  const where = info && state !== 'idle' ? ` ${info.device}` : '';
  return `$(${icons[state]}) Bytewise${where}${speed === undefined ? '' : ` · ${speed.toFixed(1)} ms/byte`}`;
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
    info && state !== 'idle' ? `${words} on ${info.device}` : words,
    ...(textMs === undefined ? [] : [`text after ${textMs.toFixed(0)} ms`]),
    ...(byteMs === undefined ? [] : [`${byteMs.toFixed(1)} ms per byte`]),
  ];
  return parts.join(', ');
}

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** Markdown lines. */
export function statusTooltip({ state, enabled, snoozed, info, last, failure }: Status): string {
  const lines = [
    `**Bytewise** — ${stateInWords(state)}${enabled ? (snoozed ? ', snoozed' : '') : ', completions off'}`,
  ];
  if (state === 'failed' && failure) lines.push(failure);
  if (info) {
    lines.push(`Model: ${info.modelName} on ${info.device}`);
    lines.push(info.attempts.map(({ provider, reason }) => `${provider}: ${reason}`).join('  \n'));
    if (info.thresholdNats !== null)
      lines.push(`Patch threshold: ${(info.thresholdNats * bitsPerNat).toFixed(2)} bits`);
  }
  if (last) {
    const bytes = `${last.bytes.length} byte${last.bytes.length === 1 ? '' : 's'}`;
    lines.push(
      `Last completion: ${last.ms.toFixed(0)} ms for ${bytes}, first byte after ${last.firstByteMs.toFixed(0)} ms`,
    );
  }
  lines.push('Click for the menu');
  return lines.join('\n\n');
}

export function stateInWords(state: EngineState): string {
  switch (state) {
    case 'idle':
      return 'not running; starts when it is needed';
    case 'loading':
      return 'loading the model';
    case 'ready':
      return 'ready';
    case 'busy':
      return 'working';
    case 'failed':
      return 'failed';
  }
}

/** The pace of generating, without the prompt that had to be read before the first byte. */
export function msPerByte(last: Status['last']): number | undefined {
  if (last === undefined) return undefined;
  // The first byte was chosen by then, not read yet; one that meets the limit is not read at all.
  const read = last.bytes.length - (last.stop === 'max-bytes' ? 1 : 0);
  return read > 0 ? (last.ms - last.firstByteMs) / read : undefined;
}
