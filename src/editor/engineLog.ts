/** Writes into the log what the engine does, once for each change. */
import type * as vscode from 'vscode';
import type { EngineInfo } from '../core/engine';
import type { EngineSlot } from './engineSlot';

export function logEngine(engine: EngineSlot, log: vscode.LogOutputChannel): { dispose(): void } {
  let state = engine.state;
  let info: EngineInfo | undefined;
  const dispose = engine.onStateChange((now) => {
    if (now !== state) log.debug(`[engine] ${now}`);
    state = now;
    if (engine.info && engine.info !== info) {
      const { modelName, modelDirectory, device, loadMs } = engine.info;
      log.info(`[engine] ${modelName} runs on ${device}, loaded from ${modelDirectory} in ${loadMs.toFixed(0)} ms`);
    }
    info = engine.info;
  });
  return { dispose };
}
