// The committed evaluation data is what sample.ts promises, and every kind of noise can be put on it.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../../src/core/bytes';
import { noisy, noisyPrefix } from '../../../eval/conditions';
import { withoutLicence } from '../../../eval/licenceHead';
import { cursorClasses, itemsOf, lastBytes, readSample } from '../../../eval/data';

const data = path.resolve(import.meta.dirname, '../../../eval/data');

describe.each(['held-out', 'dev'])('%s', (name) => {
  const files = readSample(path.join(data, `${name}.jsonl.gz`));
  const items = files.flatMap((file) => itemsOf(file));

  test('items keep their bounds', () => {
    for (const { prefix, suffix, target, file } of items) {
      expect(encodeUtf8(prefix).length).toBeLessThanOrEqual(2048);
      expect(encodeUtf8(target).length).toBeLessThanOrEqual(120);
      expect(target).toMatch(/[\p{L}\p{N}]/u);
      expect(target).not.toContain('\n');
      expect(suffix === '' || suffix.startsWith('\n')).toBe(true);
      expect(file.text).toContain(prefix + target + suffix);
      expect(file.licence).not.toBe('');
    }
    expect(new Set(items.map(({ place }) => place)).size).toBe(items.length);
    expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(cursorClasses));
  });

  test('segments begin and end with lines', () => {
    for (const { segment, text } of files) {
      if (segment === undefined) continue;
      expect([text[segment[0] - 1], text[segment[1] - 1]]).toEqual(['\n', '\n']);
    }
  });

  test.each(noisy)('$id changes text before the cursor of most items', (condition) => {
    const some = items.filter((_, i) => i % 5 === 0);
    const results = some.map((item) => ({ item, prefix: noisyPrefix(condition, item) }));
    const applied = results.filter(({ prefix }) => prefix !== undefined);
    const changed = applied.filter(({ item, prefix }) => prefix !== item.prefix);
    expect(applied.length).toBeGreaterThan(0);
    expect(changed.length / applied.length).toBeGreaterThan(0.7);
  });
});

test('the last bytes of a text are whole characters', () => {
  expect(lastBytes('aäb', 2)).toBe('b');
  expect(lastBytes('aäb', 3)).toBe('äb');
  expect(lastBytes('aäb', 9)).toBe('aäb');
});

test.each([
  ['/* Copyright 2020 */\ncode', 'code'],
  ['// Licensed under MIT\n// more\n\n/** Copyright */\ncode', 'code'],
  ['# License: MIT\nimport os', 'import os'],
  ['/** What it does. */\ncode', '/** What it does. */\ncode'],
  ['#!/bin/sh\n# Copyright\nls', '#!/bin/sh\n# Copyright\nls'],
])('a licence at the head of %j is cut off', (text, rest) => {
  expect(withoutLicence(text)).toBe(rest);
});
