import { expect, test } from 'vitest';
import { Battery, type PowerSource } from '../../../src/editor/battery';
import { powerSource } from '../../../src/editor/powerSource';
import { parseSettings } from '../../../src/editor/settings';

const discharging: PowerSource = { hasBattery: true, isCharging: false, acConnected: false };

function batteryOf(answers: (PowerSource | Error)[], onBattery = 'slow') {
  let now = 0;
  let questions = 0;
  const ask = () => {
    const answer = answers[Math.min(questions++, answers.length - 1)];
    return answer instanceof Error || !answer ? Promise.reject(answer ?? new Error()) : Promise.resolve(answer);
  };
  const settings = parseSettings((key) => (key === 'onBattery' ? onBattery : undefined));
  const battery = new Battery({ settings }, ask, () => now);
  return {
    /** What is known some milliseconds later, after the answer to a question that this asks. */
    async after(ms: number) {
      now += ms;
      expect(typeof battery.isInUse).toBe('boolean');
      await new Promise((resolve) => setImmediate(resolve));
      return battery.isInUse;
    },
    questions: () => questions,
  };
}

test.each<[string, PowerSource | Error, boolean]>([
  ['discharging', discharging, true],
  ['charging', { ...discharging, isCharging: true }, false],
  ['full, at a socket', { ...discharging, acConnected: true }, false],
  ['no battery', { ...discharging, hasBattery: false }, false],
  ['nobody knows', new Error('no such command'), false],
])('%s', async (_what, answer, inUse) => {
  expect(await batteryOf([answer]).after(0)).toBe(inUse);
});

test('the system is asked every two minutes at most', async () => {
  const battery = batteryOf([discharging, { ...discharging, isCharging: true }]);
  expect(await battery.after(0)).toBe(true);
  expect(await battery.after(119_000)).toBe(true);
  expect(battery.questions()).toBe(1);
  expect(await battery.after(1_000)).toBe(false);
  expect(battery.questions()).toBe(2);
});

test('who does not care is not asked about', async () => {
  const battery = batteryOf([discharging], 'run');
  expect(await battery.after(0)).toBe(false);
  expect(battery.questions()).toBe(0);
});

test('this machine can be asked', async () => {
  const { hasBattery, acConnected, isCharging } = await powerSource();
  expect([hasBattery, acConnected, isCharging].map((value) => typeof value)).toEqual(['boolean', 'boolean', 'boolean']);
});
