import { describe, expect, test } from 'vitest';
import { statusLine, statusText, statusTooltip, type Speed, type Status } from '../../../src/core/status';
import { scriptedInfo, scriptedResult } from '../editor/scriptedEngine';

const idle: Status = {
  state: 'idle',
  enabled: true,
  snoozed: false,
  info: undefined,
  last: undefined,
  failure: undefined,
};
const ready: Status = { ...idle, state: 'ready', info: scriptedInfo, last: scriptedResult };

describe('status bar', () => {
  test.each<[string, Status, string]>([
    ['not started', idle, '$(circle-outline) Bytewise'],
    ['loading', { ...idle, state: 'loading' }, '$(loading~spin) Bytewise: loading'],
    ['ready', { ...ready, last: undefined }, '$(circle-filled) Bytewise cpu'],
    ['ready, after a completion', ready, '$(circle-filled) Bytewise cpu · 1.5 ms/byte'],
    [
      'after a completion of one byte, which met the limit',
      { ...ready, last: { ...scriptedResult, bytes: new Uint8Array(1), stop: 'max-bytes' } },
      '$(circle-filled) Bytewise cpu',
    ],
    ['working', { ...ready, state: 'busy' }, '$(record) Bytewise cpu · 1.5 ms/byte'],
    ['off', { ...ready, enabled: false }, '$(circle-slash) Bytewise: off'],
    ['off for a while', { ...ready, snoozed: true }, '$(bell-slash) Bytewise: snoozed'],
    ['off, whatever the snooze', { ...ready, enabled: false, snoozed: true }, '$(circle-slash) Bytewise: off'],
    ['failed', { ...ready, state: 'failed', enabled: false }, '$(error) Bytewise: failed'],
  ])('%s', (_what, status, text) => {
    expect(statusText(status)).toBe(text);
  });
});

describe('tooltip', () => {
  test('names model, threshold and latency', () => {
    const tooltip = statusTooltip(ready);
    expect(tooltip).toContain('Model: scripted on cpu');
    expect(tooltip).toContain('Patch threshold: 1.93 bits');
    expect(tooltip).toContain('Last completion: 10 ms for 4 bytes, first byte after 4 ms');
  });
  test('says what went wrong', () => {
    const status: Status = { ...idle, state: 'failed', failure: 'no manifest.json' };
    expect(statusTooltip(status)).toContain('no manifest.json');
    expect(statusTooltip({ ...status, state: 'ready' })).not.toContain('no manifest.json');
  });
  test('says that completions are off', () => {
    expect(statusTooltip({ ...idle, enabled: false })).toContain('completions off');
  });
});

describe('the line of the menu', () => {
  test.each<[Status, Partial<Speed>, string]>([
    [idle, {}, 'Not running; starts when it is needed'],
    [ready, {}, 'Ready on cpu'],
    [ready, { textMs: 23.4, byteMs: 2 }, 'Ready on cpu, text after 23 ms, 2.0 ms per byte'],
  ])('%#', (status, { textMs, byteMs }, line) => {
    expect(statusLine(status, { textMs, byteMs })).toBe(line);
  });
});
