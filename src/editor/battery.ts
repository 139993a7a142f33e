/** Whether the machine that runs the model is on its battery. VS Code has no way to ask, so the operating system is asked. */
import type { Config } from './config';

/** On Windows and macOS a question starts a program, so there are few of them, and none while nobody wants to know. */
const askAgainMs = 120_000;

export interface PowerSource {
  readonly hasBattery: boolean;
  readonly isCharging: boolean;
  readonly acConnected: boolean;
}

export class Battery {
  private answer = false;
  private askedAt = Number.NEGATIVE_INFINITY;

  /** `ask` may be slow, and may fail; then the machine counts as one with a socket. */
  constructor(
    private readonly config: Pick<Config, 'settings'>,
    private readonly ask: () => Promise<PowerSource>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** As of the latest answer, at once; an old one is asked for again in the background. */
  get isInUse(): boolean {
    if (this.config.settings.onBattery === 'run') return false;
    if (this.now() - this.askedAt >= askAgainMs) {
      this.askedAt = this.now();
      this.ask().then(
        (source) => (this.answer = source.hasBattery && !source.acConnected && !source.isCharging),
        () => (this.answer = false),
      );
    }
    return this.answer;
  }
}
