/** The provider of the extension with its engine process, among the least that it lives among in VS Code. */

import type * as vscode from 'vscode';
import type { Engine } from '../src/core/engine';
import { Blocks } from '../src/editor/blocks';
import { Decisions } from '../src/editor/decisions';
import type { Failures } from '../src/editor/failures';
import { InlineCompletions } from '../src/editor/inlineCompletions';
import { parseSettings, type Settings } from '../src/editor/settings';
import { Suppressions } from '../src/editor/suppression';
import packageJson from '../package.json';
import { TextKinds } from '../src/editor/textKinds';
import { EventEmitter } from './standIn/vscode';

/** The settings that a user has who has changed none. */
export function defaultSettings(): Settings {
  const groups = packageJson.contributes.configuration as readonly {
    properties: Record<string, { default?: unknown }>;
  }[];
  return parseSettings((key) => groups.map(({ properties }) => properties[`bytewise.${key}`]).find(Boolean)?.default);
}

/** `fail` hears of every failure of the engine. */
export function provide(
  engine: Engine,
  { settings = defaultSettings(), fail }: { settings?: Settings; fail: (error: unknown) => void },
): InlineCompletions {
  const log = { trace() {} } as unknown as vscode.LogOutputChannel;
  const report = (_what: string, error: unknown) => {
    fail(error);
  };
  const config = { settings, onChange: new EventEmitter<{ engine: boolean }>().event as never };
  const battery = { isInUse: false };
  const files = { ready: Promise.resolve(), verdict: () => undefined };
  // No grammar: what tells comments and strings then is the scan.
  const textKinds = new TextKinds({ kindAt: () => undefined });
  const blocks = new Blocks(textKinds, { isParsed: () => false, blockEnd: () => undefined });
  return new InlineCompletions({
    engine,
    config,
    suppressions: new Suppressions(config, files as never, { isOn: false }, battery, textKinds),
    blocks,
    battery,
    failures: { report } as Pick<Failures, 'report'> as Failures,
    decisions: new Decisions(log),
    fixes: { offered() {}, accepted: () => Promise.resolve(false), withdraw() {} },
    neighbours: { of: () => [] },
    usage: { offered() {}, accepted() {}, withdraw() {} },
  });
}
