/** Suggestions that are off for a while. Times are milliseconds since 1970. */
import * as l10n from '@vscode/l10n';

const minute = 60_000;

export const snoozeMinutes = [5, 15, 30, 60, 240] as const;

export class Snooze {
  private end = 0;

  /** Replaces what was left of an earlier one; 0 minutes end it. */
  start(minutes: number, now: number): void {
    this.end = now + minutes * minute;
  }

  isOn(now: number): boolean {
    return now < this.end;
  }

  msLeft(now: number): number {
    return Math.max(0, this.end - now);
  }

  /** Such as "12 minutes"; a minute that has begun counts. */
  leftInWords(now: number): string {
    const minutes = Math.ceil(this.msLeft(now) / minute);
    return minutes === 1 ? l10n.t('1 minute') : l10n.t('{0} minutes', minutes);
  }
}
