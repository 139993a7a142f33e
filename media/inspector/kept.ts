/** What the page remembers when it is hidden, and when the window is loaded again; and its way to the extension. */
import type { FromView } from '../../src/core/inspectorMessages';
import { packed } from '../../src/core/wire';

export const tabs = ['entropy', 'typo', 'completion'] as const;
export type Tab = (typeof tabs)[number];

export interface Kept {
  readonly tab: Tab;
  /** Nats; null for that of the model. */
  readonly thresholdNats: number | null;
  readonly fixedBytes: number | null;
  readonly surprisal: boolean;
}

interface Host {
  postMessage(message: string): void;
  getState(): Partial<Kept> | undefined;
  setState(state: Kept): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
let kept: Kept = { tab: 'entropy', thresholdNats: null, fixedBytes: null, surprisal: false, ...host.getState() };

export const remembered = (): Kept => kept;

export function remember(change: Partial<Kept>): void {
  kept = { ...kept, ...change };
  host.setState(kept);
}

export const send = (message: FromView): void => {
  host.postMessage(packed(message));
};
