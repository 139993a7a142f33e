import { expect, test } from 'vitest';
import { byteOffset } from '../../../src/core/bytes';
import { fromView } from '../../../src/core/fromView';
import type { FromView } from '../../../src/core/inspectorMessages';
import { packed } from '../../../src/core/wire';

const messages: FromView[] = [
  { type: 'ready' },
  { type: 'go', uri: 'file:///a.ts', version: 3, start: byteOffset(0), end: byteOffset(7) },
  { type: 'compare', id: 1, start: byteOffset(12), line: 'let a = 1;' },
  { type: 'watch', on: true, again: false },
  { type: 'saveImage', format: 'png', data: Uint8Array.of(1, 2, 250) },
  { type: 'saveTable', format: 'csv', thresholdNats: 1.25 },
  { type: 'saveTable', format: 'json', thresholdNats: null },
  { type: 'run', command: 'bytewise.showLog' },
];

test.each(messages)('$type comes through', (message) => {
  expect(fromView(packed(message))).toEqual(message);
});

test.each([
  ['no text', 7],
  ['no JSON', '{'],
  ['nothing', 'null'],
  ['an unknown type', packed({ type: 'eval', code: '1' })],
  ['a place before the text', packed({ type: 'go', uri: 'file:///a.ts', version: 3, start: -1, end: 2 })],
  ['half a byte', packed({ type: 'go', uri: 'file:///a.ts', version: 3, start: 0.5, end: 2 })],
  ['a number that is none', packed({ type: 'compare', id: 1, start: NaN, line: '' })],
  ['an unknown format', packed({ type: 'saveImage', format: 'exe', data: Uint8Array.of(1) })],
  ['numbers for bytes', packed({ type: 'saveImage', format: 'png', data: [1] })],
])('%s does not', (_, text) => {
  expect(fromView(text)).toBeUndefined();
});
