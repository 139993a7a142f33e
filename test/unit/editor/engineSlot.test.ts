import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineError, type ByteOffset, type EngineState } from '../../../src/core/engine';
import { EngineSlot } from '../../../src/editor/engineSlot';
import { scriptedInfo, ScriptedEngine, type Script } from './scriptedEngine';

const request = { path: 'a.ts', prefix: new Uint8Array(), suffix: new Uint8Array(), maxBytes: 8, minConfidence: 0 };

/** A slot, and the engines that it has made. */
function slotOf(script: Script = {}, idleMs?: () => number) {
  const engines: ScriptedEngine[] = [];
  const slot = new EngineSlot(() => {
    const engine = new ScriptedEngine(script);
    engines.push(engine);
    return engine;
  }, idleMs);
  return { slot, engines };
}

test('the engine is made at the first request, and asked once what is loaded', async () => {
  const { slot, engines } = slotOf();
  expect(slot.state).toBe('idle');
  expect(engines).toHaveLength(0);
  await slot.complete(request);
  const result = await slot.complete(request);
  expect(engines.map(({ calls }) => calls)).toEqual([['load', 'complete', 'complete']]);
  expect(slot.info).toBe(scriptedInfo);
  expect(slot.last).toBe(result);
});

test('states of the current engine are told, those of an old one are not', async () => {
  const { slot, engines } = slotOf();
  await slot.load();
  const states: EngineState[] = [];
  slot.onStateChange((state) => states.push(state));
  engines[0]?.setState('busy');
  slot.reset();
  engines[0]?.setState('ready');
  expect(states).toEqual(['busy', 'idle']);
  expect(engines[0]?.disposed).toBe(true);
});

test('after a reset the next request makes a new engine', async () => {
  const { slot, engines } = slotOf();
  await slot.complete(request);
  slot.reset();
  expect([slot.state, slot.info, slot.last]).toEqual(['idle', undefined, undefined]);
  await slot.complete(request);
  expect(engines).toHaveLength(2);
});

test('a failed load is told by the request', async () => {
  const failure = () => Promise.reject(new EngineError('no manifest.json', 'user'));
  const { slot } = slotOf({ load: failure, complete: failure });
  await expect(slot.complete(request)).rejects.toThrow('no manifest.json');
  expect(slot.info).toBeUndefined();
});

test('what an old engine has loaded or answered does not count after a reset', async () => {
  let finish = (_info: typeof scriptedInfo) => {};
  const { slot } = slotOf({ load: () => new Promise((resolve) => (finish = resolve)) });
  const loading = slot.load();
  const completing = slot.complete(request);
  slot.reset();
  finish(scriptedInfo);
  await Promise.all([loading, completing]);
  expect([slot.info, slot.last]).toEqual([undefined, undefined]);
});

describe('at rest', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('an engine that nobody asks leaves the memory, and comes back', async () => {
    const { slot, engines } = slotOf({}, () => 1_000);
    await slot.complete(request);
    vi.advanceTimersByTime(999);
    expect(engines[0]?.disposed).toBe(false);
    await slot.complete(request);
    vi.advanceTimersByTime(999);
    expect(engines[0]?.disposed).toBe(false);
    vi.advanceTimersByTime(1);
    expect([engines[0]?.disposed, slot.state]).toEqual([true, 'idle']);
    await slot.complete(request);
    expect(engines).toHaveLength(2);
  });

  test('one that works stays, however long that takes', async () => {
    let finish = () => {};
    const slow = () =>
      new Promise<never>(
        (_, reject) =>
          (finish = () => {
            reject(new Error('enough'));
          }),
      );
    const { slot, engines } = slotOf({ measure: slow }, () => 1_000);
    const measured = slot.measure({ text: new Uint8Array(), start: 0 as ByteOffset, end: 0 as ByteOffset });
    await slot.complete(request);
    vi.advanceTimersByTime(60_000);
    expect(engines[0]?.disposed).toBe(false);
    finish();
    await expect(measured).rejects.toThrow('enough');
    vi.advanceTimersByTime(1_000);
    expect(engines[0]?.disposed).toBe(true);
  });

  test('with 0 it stays for ever, until the limit changes', async () => {
    let limit = 0;
    const { slot, engines } = slotOf({}, () => limit);
    await slot.complete(request);
    vi.advanceTimersByTime(1e9);
    expect(engines[0]?.disposed).toBe(false);
    limit = 1_000;
    slot.rest();
    vi.advanceTimersByTime(1_000);
    expect(engines[0]?.disposed).toBe(true);
  });
});
