/** Something a user switches on and off by command; the workspace remembers it. Off at first. */
import * as vscode from 'vscode';

export class Toggle implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<boolean>();
  readonly onChange = this.changed.event;

  constructor(
    private readonly memory: vscode.Memento,
    private readonly key: string,
  ) {}

  get isOn(): boolean {
    return this.memory.get(this.key, false);
  }

  async flip(): Promise<void> {
    await this.memory.update(this.key, !this.isOn);
    this.changed.fire(this.isOn);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
