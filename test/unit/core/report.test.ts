import { expect, test } from 'vitest';
import { engineReport } from '../../../src/core/report';
import { scriptedInfo, scriptedResult } from '../editor/scriptedEngine';

const settings = { enable: true, languages: { '*': true } };

test('a report of a running engine', () => {
  const report = engineReport({
    version: '0.1.0',
    state: 'ready',
    info: scriptedInfo,
    failure: undefined,
    settings,
    last: scriptedResult,
    decisions: ['a.ts:1:1, shown'],
  });
  expect(report).toBe(`Bytewise
  version  0.1.0
  engine   ready

Model
  name             scripted
  folder           models/scripted
  sha-256          00ff
  size             1.5 MB
  context          1024 bytes
  patch threshold  1.3350 nats (1.93 bits)
  runs on          cpu
  load time        12 ms
  Node             20.0.0
  ONNX Runtime     1.0.0

Execution providers tried
  cuda  refused: there is no such card
  cpu   accepted: it is always there

Last completion
  time       10.0 ms, first byte after 4.0 ms
  generated  4 bytes, 2 patches
  pace       1.50 ms/byte after the first one
  prompt     90 bytes from the caches, 10 read anew
  ended by   line-end

Settings
  enable     true
  languages  {"*":true}

Latest decisions
  a.ts:1:1, shown
`);
});

test('a report of an engine that does not start', () => {
  const report = engineReport({
    version: '0.1.0',
    state: 'failed',
    info: undefined,
    failure: 'no manifest.json',
    settings,
    last: undefined,
    decisions: [],
  });
  expect(report).toContain('  failure  no manifest.json');
  expect(report).not.toContain('Model');
  expect(report).toContain('none yet');
});
