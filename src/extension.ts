/** The front door: builds every part once, wires them, and gives them to VS Code to dispose of. */
import * as vscode from 'vscode';
import { engineReport } from './core/report';
import { ByteHover } from './editor/byteHover';
import type { CommandId } from './editor/commandIds';
import { Config } from './editor/config';
import { Decisions, inWords } from './editor/decisions';
import { logEngine } from './editor/engineLog';
import { EngineSlot } from './editor/engineSlot';
import { Failures } from './editor/failures';
import { heatMapPainting } from './editor/heatMap';
import { InlineCompletions } from './editor/inlineCompletions';
import { Measurements } from './editor/measurements';
import { showMenu } from './editor/menu';
import type { Painting } from './editor/painting';
import { patchMarksPainting } from './editor/patchMarks';
import { Report } from './editor/report';
import { StatusBar } from './editor/statusBar';
import { Toggle } from './editor/toggle';
import { EngineClient } from './engine/client';

/** What tests inside VS Code can look at. */
export interface BytewiseApi {
  readonly engine: EngineSlot;
  readonly decisions: Decisions;
  readonly measurements: Measurements;
  readonly heatMap: Painting;
  readonly patchMarks: Painting;
}

const everyFile: vscode.DocumentSelector = { pattern: '**' };

export function activate(context: vscode.ExtensionContext): BytewiseApi {
  const log = vscode.window.createOutputChannel('Bytewise', { log: true });
  const config = new Config();
  const failures = new Failures(log);
  const decisions = new Decisions(log);
  const engine = new EngineSlot(() => {
    const { modelDirectory, executionProvider } = config.settings;
    return new EngineClient(context.asAbsolutePath('dist/engine.js'), {
      modelDirectory: modelDirectory || context.asAbsolutePath('models/bytewise-small'),
      executionProvider,
    });
  });

  const completions = new InlineCompletions(engine, config, failures, decisions);
  const heatMapToggle = new Toggle(context.workspaceState, 'heatMap');
  const patchMarksToggle = new Toggle(context.workspaceState, 'patchMarks');
  const measurements = new Measurements(engine, failures, log);
  const heatMap = heatMapPainting(measurements, heatMapToggle);
  const patchMarks = patchMarksPainting(measurements, patchMarksToggle);
  const measureIfWanted = () => {
    measurements.setActive(heatMapToggle.isOn || patchMarksToggle.isOn);
  };
  const restart = () => {
    log.info('Restarting the engine.');
    failures.forget();
    completions.forget();
    engine.reset();
    measurements.refresh();
  };
  const report = new Report(async () => {
    // A report about an engine that has not started would say little.
    await engine.load().catch((error: unknown) => {
      failures.report('Report', error);
    });
    return engineReport({
      version: (context.extension.packageJSON as { version: string }).version,
      state: engine.state,
      info: engine.info,
      failure: failures.latest,
      settings: { ...config.settings },
      last: engine.last,
      decisions: decisions.latest.map(inWords),
    });
  });

  const commands: Record<CommandId, () => unknown> = {
    'bytewise.toggleCompletions': () => config.toggleEnable(),
    'bytewise.toggleHeatMap': () => heatMapToggle.flip(),
    'bytewise.togglePatchMarks': () => patchMarksToggle.flip(),
    'bytewise.triggerSuggestion': () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger'),
    'bytewise.showMenu': () =>
      showMenu({
        completions: config.settings.enable,
        heatMap: heatMapToggle.isOn,
        patchMarks: patchMarksToggle.isOn,
      }),
    'bytewise.showLog': () => {
      log.show();
    },
    'bytewise.showReport': () => report.show(),
    'bytewise.restartEngine': restart,
  };

  context.subscriptions.push(
    log,
    config,
    engine,
    completions,
    heatMapToggle,
    patchMarksToggle,
    measurements,
    heatMap,
    patchMarks,
    report,
    new StatusBar(engine, config, failures),
    logEngine(engine, log),
    heatMapToggle.onChange(measureIfWanted),
    patchMarksToggle.onChange(measureIfWanted),
    config.onChange((change) => {
      if (change.engine) restart();
    }),
    vscode.languages.registerInlineCompletionItemProvider(everyFile, completions),
    vscode.languages.registerHoverProvider(everyFile, new ByteHover(measurements)),
    ...Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run)),
  );
  measureIfWanted();
  return { engine, decisions, measurements, heatMap, patchMarks };
}
