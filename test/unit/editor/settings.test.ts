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
    });
    expect(settings).toEqual({
      enable: true,
      gate: gates.quiet,
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
    });
    expect(settings).toEqual({
      enable: false,
      gate: defaultGate,
      modelDirectory: '',
      executionProvider: 'auto',
      maxBytes: 1,
      languages: { c: false },
      exclude: ['x'],
    });
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
