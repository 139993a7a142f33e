// package.json declares what the code uses, and nothing else.
import { existsSync } from 'node:fs';
import { rgb } from 'd3-color';
import { describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { executionProviders } from '../../../src/core/engine';
import { bandCount, bandStartsInBits } from '../../../src/core/heatMap';
import { bandColour, heatMapScale, scales, themeKinds } from '../../../src/core/heatMapScale';
import { gates } from '../../../src/core/suggestion';
import { commandIds } from '../../../src/editor/commandIds';
import { parseSettings, section, settingKeys } from '../../../src/editor/settings';
import { inEnglish } from './inEnglish';

const { commands, configuration, colors, walkthroughs } = inEnglish(manifest.contributes);

interface Property {
  readonly default: unknown;
  readonly scope?: string;
  readonly enum?: readonly (string | number)[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly description?: string;
  readonly markdownDescription?: string;
}
/** All settings, whatever the group they stand in. */
const properties = Object.assign({}, ...configuration.map((group) => group.properties)) as Record<string, Property>;

test('the commands are the same on both sides', () => {
  expect(commands.map(({ command }) => command).sort()).toEqual([...commandIds].sort());
  expect(new Set(commands.map(({ category }) => category))).toEqual(new Set(['Bytewise']));
});

describe('settings', () => {
  test('the keys are the same on both sides', () => {
    const keys = Object.keys(settingKeys).map((key) => `${section}.${key}`);
    expect(Object.keys(properties).sort()).toEqual(keys.sort());
  });
  test('each one is described', () => {
    for (const [key, { description, markdownDescription }] of Object.entries(properties)) {
      expect(description ?? markdownDescription, key).toMatch(/\.$/);
    }
  });
  test('the choices are the same on both sides', () => {
    expect(properties['bytewise.executionProvider']?.enum).toEqual(executionProviders);
    const confidence = properties['bytewise.confidence'];
    expect(confidence?.enum?.filter((one) => typeof one === 'string')).toEqual(Object.keys(gates));
    // The words say which probability they stand for.
    const stated = confidence?.markdownEnumDescriptions?.map((text) => Number(/\d+(?= %)/.exec(text)?.[0]) / 100);
    expect(stated).toEqual([
      ...Object.values(gates),
      ...(confidence?.enum?.filter((one) => typeof one === 'number') ?? []),
    ]);
    expect(properties['bytewise.heatMap.scale']?.enum).toEqual(scales);
  });
  test('what runs code or loads files cannot come from a workspace', () => {
    expect(properties['bytewise.executionProvider']?.scope).toBe('machine');
    expect(properties['bytewise.model.directory']?.scope).toBe('machine');
  });
  test('the defaults are read as they are written', () => {
    expect(parseSettings((key) => properties[`${section}.${key}`]?.default)).toEqual({
      enable: true,
      trigger: 'automatic',
      languages: { '*': true },
      inComments: true,
      inStrings: true,
      exclude: [],
      secretFiles: properties['bytewise.secretFiles']?.default,
      gate: gates.balanced,
      typos: { fixOnAccept: true, quickFix: true, suggest: true },
      modelDirectory: '',
      executionProvider: 'auto',
      maxBytes: 64,
      unloadAfterMinutes: 15,
      onBattery: 'slow',
      otherFiles: true,
      scale: 'cividis',
    });
  });
});

describe('walkthrough', () => {
  const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);

  test.each(steps)('$id has pictures, and words for who does not see them', ({ media: { image, altText } }) => {
    for (const picture of Object.values(image)) expect(existsSync(picture), picture).toBe(true);
    expect(altText.length).toBeGreaterThan(40);
  });
  test.each(steps)('$id leads to commands and settings that are there', ({ description, completionEvents }) => {
    const text = `${decodeURIComponent(description)} ${completionEvents.join(' ')}`;
    for (const [, command = ''] of text.matchAll(/ommand:(bytewise\.\w+)/g)) expect(commandIds).toContain(command);
    for (const [, key = ''] of text.matchAll(/(?:@id:|onSettingChanged:)([\w.]+)/g))
      expect(properties).toHaveProperty([key]);
  });
});

test('no key is taken: all of them belong to VS Code, to the platform or to the user', () => {
  expect(manifest.contributes).not.toHaveProperty('keybindings');
});

describe('colours', () => {
  const colour = (id: string) => colors.find((entry) => entry.id === id);

  test('there are those of the heat map and those of the marks', () => {
    const bands = scales.flatMap((scale) => Array.from({ length: bandCount }, (_, band) => bandColour(scale, band)));
    const ids = [...bands, ...bands.map((id) => `${id}Line`), 'bytewise.patchMark', 'bytewise.unusualPlace'];
    expect(colors.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  describe.each(scales.flatMap((scale) => themeKinds.map((theme) => [scale, theme] as const)))(
    '%s %s',
    (scale, theme) => {
      test.each([...heatMapScale(theme, scale).entries()])('band %i is that of the scale', (band, { wash, line }) => {
        expect(colour(bandColour(scale, band))?.defaults[theme]).toBe(wash);
        expect(colour(`${bandColour(scale, band)}Line`)?.defaults[theme]).toBe(line);
      });
    },
  );

  test('the descriptions name the bits', () => {
    for (const [band, bits] of bandStartsInBits.entries()) {
      for (const scale of scales) expect(colour(bandColour(scale, band))?.description).toContain(`${bits} `);
    }
  });
});

/** Relative luminance of sRGB, as WCAG defines it. */
function luminance(colour: { r: number; g: number; b: number }): number {
  const linear = (value: number) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b);
}

/** A colour with transparency as it looks on a background. */
function on(background: string, colour: string) {
  const front = rgb(colour);
  const back = rgb(background);
  // d3 gives a fully transparent colour no components.
  if (front.opacity === 0) return back;
  const mix = (a: number, b: number) => a * front.opacity + b * (1 - front.opacity);
  return { r: mix(front.r, back.r), g: mix(front.g, back.g), b: mix(front.b, back.b) };
}

const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

// Backgrounds and plain text of VS Code's own four themes.
const themes = {
  dark: { background: '#1f1f1f', text: '#cccccc' },
  light: { background: '#ffffff', text: '#3b3b3b' },
  highContrast: { background: '#000000', text: '#ffffff' },
  highContrastLight: { background: '#ffffff', text: '#292929' },
};

const looks = scales.flatMap((scale) => themeKinds.map((theme) => [scale, theme] as const));

describe.each(looks)('legibility of %s in %s', (name, theme) => {
  const { background, text } = themes[theme];
  const scale = heatMapScale(theme, name);

  test('text can be read on every band', () => {
    for (const { wash } of scale) {
      expect(contrast(luminance(on(background, wash)), luminance(rgb(text)))).toBeGreaterThan(4.5);
    }
  });
  test('the lines can be seen', () => {
    for (const { line } of scale) {
      if (rgb(line).opacity > 0) expect(contrast(luminance(rgb(line)), luminance(rgb(background)))).toBeGreaterThan(3);
    }
    expect(scale.filter(({ line }) => rgb(line).opacity > 0).length).toBeGreaterThanOrEqual(3);
  });
  test('each band lies further from the background than the one before', () => {
    const distance = scale.map(({ wash, line }) => {
      const visible = rgb(wash).opacity > 0 ? wash : line;
      return contrast(luminance(on(background, visible)), luminance(rgb(background)));
    });
    expect(distance).toEqual(distance.toSorted((a, b) => a - b));
  });
});
