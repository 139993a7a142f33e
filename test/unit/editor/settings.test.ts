import { describe, expect, test } from 'vitest';
import { defaultGate, gates } from '../../../src/core/suggestion';
import { languageIsOn, parseSettings } from '../../../src/editor/settings';

const parse = (values: Record<string, unknown>) => parseSettings((key) => values[key]);

describe('what users write', () => {
  test('is taken over', () => {
    const settings = parse({
      enable: true,
      confidence: 'quiet',
      'model.directory': ' /models/mine ',
      executionProvider: 'cuda',
      maxBytes: 20.7,
      languages: { '*': false, go: true },
      exclude: ['**/*.min.js'],
      secretFiles: ['.env'],
      trigger: 'manual',
      inComments: false,
      inStrings: false,
      unloadAfterMinutes: 2,
      onBattery: 'pause',
      'heatMap.scale': 'greys',
      'typos.fixOnAccept': false,
      'typos.quickFix': true,
      otherFiles: false,
    });
    expect(settings).toEqual({
      enable: true,
      trigger: 'manual',
      inComments: false,
      inStrings: false,
      secretFiles: ['.env'],
      unloadAfterMinutes: 2,
      onBattery: 'pause',
      scale: 'greys',
      otherFiles: false,
      gate: gates.quiet,
      typos: { fixOnAccept: false, quickFix: true, suggest: true },
      modelDirectory: '/models/mine',
      executionProvider: 'cuda',
      maxBytes: 20,
      languages: { '*': false, go: true },
      exclude: ['**/*.min.js'],
    });
  });
  test('is not believed when it makes no sense', () => {
    const settings = parse({
      enable: 'yes',
      confidence: 'very',
      'model.directory': 7,
      executionProvider: 'abacus',
      maxBytes: -3,
      languages: { go: 'on', c: false },
      exclude: [1, 'x'],
      trigger: 'never',
      inComments: 1,
      unloadAfterMinutes: -1,
      onBattery: 1,
      'heatMap.scale': 'rainbow',
      'typos.suggest': 0,
      otherFiles: 'no',
    });
    expect(settings).toEqual({
      enable: false,
      trigger: 'automatic',
      inComments: true,
      inStrings: true,
      secretFiles: [],
      unloadAfterMinutes: 0,
      onBattery: 'run',
      scale: 'cividis',
      otherFiles: true,
      gate: defaultGate,
      typos: { fixOnAccept: true, quickFix: true, suggest: true },
      modelDirectory: '',
      executionProvider: 'auto',
      maxBytes: 1,
      languages: { c: false },
      exclude: ['x'],
    });
    expect(parse({ confidence: 0.42 }).gate).toBe(0.42);
    expect(parse({ confidence: 42 }).gate).toBe(defaultGate);
    expect(parse({ languages: null, exclude: 'x' })).toMatchObject({ languages: {}, exclude: [] });
  });
});

test.each([
  [{ '*': true, plaintext: false }, 'plaintext', false],
  [{ '*': true, plaintext: false }, 'go', true],
  [{ '*': false, go: true }, 'go', true],
  [{ '*': false }, 'c', false],
  [{}, 'c', true],
])('%j for %s is %s', (languages, language, on) => {
  expect(languageIsOn({ languages }, language)).toBe(on);
});
