/** How long to wait for the next keystroke before the engine is asked, on top of VS Code's own 50 ms. */

const longestWaitMs = 75;
/** Weight of the latest request; about the last five count. */
const weight = 0.2;

/** While most requests are overtaken by the next keystroke, waiting saves work; otherwise it only costs time. */
export class TypingPace {
  private overtakenRate = 0;

  note(overtaken: boolean): void {
    this.overtakenRate += weight * (Number(overtaken) - this.overtakenRate);
  }

  get waitMs(): number {
    return Math.round(longestWaitMs * this.overtakenRate);
  }
}
