/** The last completion, with the trace of how it came about. The engine records traces only while somebody watches. */
import * as vscode from 'vscode';
import { decodeUtf8 } from '../core/bytes';
import type { CompleteRequest, CompleteResult } from '../core/engine';
import type { Nothing, ShownCompletion } from '../core/inspectorMessages';
import type { EngineSlot } from './engineSlot';
import { isAbort, type Failures } from './failures';

/** Characters of the line before the cursor; a longer one is cut at its start. */
const longestLine = 80;

export class InspectedCompletion implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ShownCompletion | Nothing>();
  readonly onChange = this.changed.event;
  private readonly stopListening: () => void;
  private latest: CompleteResult | undefined;

  constructor(
    private readonly engine: EngineSlot,
    private readonly failures: Failures,
  ) {
    this.stopListening = engine.onStateChange(() => {
      if (!engine.tracing || engine.last === this.latest) return;
      this.tell();
    });
  }

  /** From now on completions are traced, or not any more. */
  watch(on: boolean): void {
    this.engine.tracing = on;
    if (!on) this.latest = undefined;
  }

  /** Tells the last completion. One without a trace is made again: it comes out the same; `again` does so in any case. */
  async show(again: boolean): Promise<void> {
    const { lastRequest, last } = this.engine;
    if (lastRequest && (again || !last?.trace)) {
      try {
        await this.engine.complete({ ...lastRequest, trace: true });
      } catch (error) {
        if (!isAbort(error)) this.failures.report('Inspector', error);
      }
    }
    this.tell();
  }

  private tell(): void {
    const { last, lastRequest, info } = this.engine;
    this.latest = last;
    if (!last?.trace || !lastRequest) {
      this.changed.fire({
        kind: 'nothing',
        message: vscode.l10n.t('No completion yet. Type in an editor, or ask for a suggestion there.'),
        waiting: false,
      });
      return;
    }
    this.changed.fire({
      file: lastRequest.path.slice(lastRequest.path.lastIndexOf('/') + 1),
      line: lineBefore(lastRequest),
      result: last,
      thresholdNats: info?.thresholdNats ?? null,
    });
  }

  dispose(): void {
    this.watch(false);
    this.stopListening();
    this.changed.dispose();
  }
}

function lineBefore({ prefix }: CompleteRequest): string {
  const start = prefix.lastIndexOf(0x0a) + 1;
  return Array.from(decodeUtf8(prefix.subarray(start)))
    .slice(-longestLine)
    .join('');
}
