/** The front door: builds every part once, wires them, and gives them to VS Code to dispose of. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { inWords, msToText } from './core/decision';
import { predictorOf } from './core/heatMap';
import { engineReport } from './core/report';
import { statusLine } from './core/status';
import { ByteHover } from './editor/byteHover';
import { Battery } from './editor/battery';
import { Blocks } from './editor/blocks';
import type { CommandId } from './editor/commandIds';
import { Config } from './editor/config';
import { Decisions } from './editor/decisions';
import { logEngine } from './editor/engineLog';
import { EngineSlot } from './editor/engineSlot';
import { Explanation } from './editor/explanation';
import { Failures } from './editor/failures';
import { FileRules } from './editor/fileRules';
import { Grammars } from './editor/grammars';
import { FixOnAccept } from './editor/fixOnAccept';
import { heatMapPainting } from './editor/heatMap';
import { HeatMapStatus } from './editor/heatMapStatus';
import { acceptedCommand, InlineCompletions, type Accepted } from './editor/inlineCompletions';
import { Inspector } from './editor/inspector';
import { Measurements } from './editor/measurements';
import { showMenu } from './editor/menu';
import { Neighbours } from './editor/neighbours';
import type { Painting } from './editor/painting';
import { patchMarksPainting } from './editor/patchMarks';
import { powerSource } from './editor/powerSource';
import { Report } from './editor/report';
import { ShownQuantity } from './editor/shownQuantity';
import { SnoozeSwitch } from './editor/snoozeSwitch';
import { StatisticsPanel } from './editor/statisticsPanel';
import { StatusBar } from './editor/statusBar';
import { Suppressions } from './editor/suppression';
import { SyntaxTrees } from './editor/syntaxTrees';
import { TextKinds } from './editor/textKinds';
import { Toggle } from './editor/toggle';
import { Unusual } from './editor/unusual';
import { UnusualMarks } from './editor/unusualMarks';
import { TypoCompletions } from './editor/typoCompletions';
import { TypoNotice } from './editor/typoNotice';
import { TypoQuickFix } from './editor/typoQuickFix';
import { Typos } from './editor/typos';
import { Usage } from './editor/usage';
import { EngineClient } from './engine/client';

/** What tests inside VS Code can look at. */
export interface BytewiseApi {
  readonly engine: EngineSlot;
  readonly decisions: Decisions;
  readonly measurements: Measurements;
  readonly heatMap: Painting;
  readonly patchMarks: Painting;
  readonly unusualMarks: UnusualMarks;
  readonly shownQuantity: ShownQuantity;
  readonly inspector: Inspector;
  readonly explanation: Explanation;
  readonly usage: Usage;
  readonly statisticsPanel: StatisticsPanel;
  readonly snooze: SnoozeSwitch;
}

const everyFile: vscode.DocumentSelector = { pattern: '**' };

export function activate(context: vscode.ExtensionContext): BytewiseApi {
  // What src/core says is in the language of VS Code, too.
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  const log = vscode.window.createOutputChannel('Bytewise', { log: true });
  const config = new Config();
  const failures = new Failures(log);
  const decisions = new Decisions(log);
  const engine = new EngineSlot(
    () => {
      const { modelDirectory, executionProvider } = config.settings;
      return new EngineClient(context.asAbsolutePath('dist/engine.js'), {
        modelDirectory: modelDirectory || context.asAbsolutePath('models/bytewise-small'),
        executionProvider,
        memoryDirectory: context.globalStorageUri.fsPath,
        check: 'after',
        ...(vscode.l10n.bundle && { texts: vscode.l10n.bundle }),
      });
    },
    () => config.settings.unloadAfterMinutes * 60_000,
  );

  const files = new FileRules(config);
  const snooze = new SnoozeSwitch();
  const battery = new Battery(config, powerSource);
  const syntaxTrees = new SyntaxTrees(new Grammars(vscode.Uri.joinPath(context.extensionUri, 'dist/grammars')));
  const textKinds = new TextKinds(syntaxTrees);
  const suppressions = new Suppressions(config, files, snooze, battery, textKinds);
  const usage = new Usage(context.globalState);
  const statisticsPanel = new StatisticsPanel(usage);
  const explanation = new Explanation(engine, config, suppressions, decisions);
  const typos = new Typos({ engine, suppressions, failures });
  const typoNotice = new TypoNotice(context.globalState);
  const fixes = new FixOnAccept(typos, config, typoNotice);
  const neighbours = new Neighbours(config, files);
  const completions = new InlineCompletions({
    engine,
    config,
    suppressions,
    blocks: new Blocks(textKinds, syntaxTrees),
    battery,
    failures,
    decisions,
    usage,
    fixes,
    neighbours,
  });
  const heatMapToggle = new Toggle(context.workspaceState, 'heatMap');
  const patchMarksToggle = new Toggle(context.workspaceState, 'patchMarks');
  const measurements = new Measurements(engine, failures, log);
  const shownQuantity = new ShownQuantity(context.workspaceState);
  const heatMap = heatMapPainting(measurements, heatMapToggle, patchMarksToggle, shownQuantity, config);
  const patchMarks = patchMarksPainting(measurements, patchMarksToggle, heatMapToggle, shownQuantity);
  const inspector = new Inspector(context.extensionUri, engine, failures);
  const unusualMarks = new UnusualMarks(measurements, heatMapToggle);
  const unusual = new Unusual(measurements);
  const isSomethingOn = () => heatMapToggle.isOn || patchMarksToggle.isOn;
  const heatMapStatus = new HeatMapStatus(measurements, engine, shownQuantity, config, isSomethingOn, [
    heatMapToggle.onChange,
    patchMarksToggle.onChange,
  ]);
  const measureIfWanted = () => {
    measurements.setPredictor(predictorOf(shownQuantity.value));
    measurements.want('heat map', isSomethingOn());
  };
  const restart = () => {
    log.info('Restarting the engine.');
    failures.forget();
    completions.forget();
    engine.reset();
    measurements.refresh();
    inspector.refresh();
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
      decisions: decisions.latest.slice(-20).map(inWords),
    });
  });

  const commands: Record<CommandId, () => unknown> = {
    'bytewise.toggleCompletions': () => config.toggleEnable(),
    'bytewise.snooze': () => snooze.choose(),
    'bytewise.explain': () => explanation.show(),
    'bytewise.openInspector': () => {
      inspector.show();
    },
    'bytewise.showStatistics': () => {
      statisticsPanel.show();
    },
    'bytewise.resetStatistics': () => statisticsPanel.reset(),
    'bytewise.toggleHeatMap': () => heatMapToggle.flip(),
    'bytewise.togglePatchMarks': () => patchMarksToggle.flip(),
    'bytewise.chooseQuantity': async () => {
      if ((await shownQuantity.choose()) && !heatMapToggle.isOn) await heatMapToggle.flip();
    },
    'bytewise.nextUnusualPlace': () => unusual.go('next'),
    'bytewise.previousUnusualPlace': () => unusual.go('previous'),
    'bytewise.listUnusualPlaces': () => unusual.list(),
    'bytewise.readLine': () => unusual.readLine(),
    'bytewise.triggerSuggestion': () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger'),
    'bytewise.showMenu': () =>
      showMenu({
        completions: config.settings.enable,
        snooze: snooze.isOn ? snooze.leftInWords : undefined,
        heatMap: heatMapToggle.isOn,
        patchMarks: patchMarksToggle.isOn,
        engine: statusLine(engine, { textMs: msToText(decisions.latest), byteMs: engine.byteMs }),
      }),
    'bytewise.showLog': () => {
      log.show();
    },
    'bytewise.showReport': () => report.show(),
    'bytewise.restartEngine': restart,
    'bytewise.releaseMemory': () => {
      log.info('Releasing the memory of the model.');
      engine.reset();
    },
  };

  context.subscriptions.push(
    log,
    config,
    engine,
    files,
    syntaxTrees,
    snooze,
    usage,
    statisticsPanel,
    completions,
    fixes,
    typoNotice,
    neighbours,
    heatMapToggle,
    patchMarksToggle,
    measurements,
    heatMap,
    patchMarks,
    shownQuantity,
    unusual,
    unusualMarks,
    heatMapStatus,
    inspector,
    report,
    new StatusBar(engine, config, failures, snooze),
    logEngine(engine, log),
    heatMapToggle.onChange(measureIfWanted),
    patchMarksToggle.onChange(measureIfWanted),
    shownQuantity.onChange(measureIfWanted),
    config.onChange((change) => {
      if (change.engine) restart();
      else engine.rest();
    }),
    vscode.languages.registerInlineCompletionItemProvider(everyFile, completions),
    vscode.languages.registerHoverProvider(everyFile, new ByteHover(measurements, engine, shownQuantity, config)),
    vscode.languages.registerCompletionItemProvider(everyFile, new TypoCompletions(typos, config)),
    vscode.languages.registerCodeActionsProvider(everyFile, new TypoQuickFix(typos, config), TypoQuickFix.metadata),
    vscode.commands.registerCommand(acceptedCommand, (accepted: Accepted) => completions.accepted(accepted)),
    ...Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run)),
  );
  measureIfWanted();
  return {
    engine,
    decisions,
    measurements,
    heatMap,
    patchMarks,
    unusualMarks,
    shownQuantity,
    inspector,
    explanation,
    usage,
    statisticsPanel,
    snooze,
  };
}
