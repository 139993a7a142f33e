/** An answer that is still being written: is it worth waiting for, now that the user has typed on? */
import { decodeUtf8 } from './bytes';
import { typedBetween, type Place } from './ghostText';
import { withLineFeeds } from './promptWindow';
import type { Change } from './trackedText';
import { withoutUnfinished } from './utf8';

/** Where a document's edits are compared with an answer: at the cursor, or at the word that a selected item will replace. */
export interface Beginning {
  /** In UTF-16 code units of the document. */
  readonly start: number;
  /** What stands between there and the cursor. */
  readonly typed: string;
  /** The selected item of the suggest widget; empty if there is none. */
  readonly wanted: string;
}

export class Generation {
  /** What was generated so far. */
  private said = '';
  private typed: string;

  constructor(
    readonly place: Place,
    readonly gate: number,
    private readonly beginning: Beginning,
  ) {
    this.typed = beginning.typed;
  }

  /** All bytes that were generated so far. Returns whether what was typed in the meantime agrees with them. */
  hear(bytes: Uint8Array): boolean {
    this.said = decodeUtf8(withoutUnfinished(bytes));
    return this.agrees(this.typed);
  }

  /** A change of the document. Returns whether the answer can still be used. */
  follow({ start, removed, inserted }: Change): boolean {
    const at = start - this.beginning.start;
    if (at < 0 || at + removed > this.typed.length) return false;
    this.typed = this.typed.slice(0, at) + inserted + this.typed.slice(at + removed);
    return this.agrees(this.typed);
  }

  /** Whether a place is the one asked about, or one that typing on leads to. */
  leadsTo(place: Place): boolean {
    const way = typedBetween(this.place, place);
    return way !== undefined && agree(this.said, way.typed);
  }

  /** The editor closes brackets and quotes by itself, so the last characters may stand behind the cursor. */
  private agrees(typed: string): boolean {
    const expected = this.beginning.wanted + this.said;
    const text = withLineFeeds(typed);
    for (let end = text.length; ; end--) {
      if (agree(expected, text.slice(0, end))) return true;
      if (end === 0 || !/[)\]}'"`]/.test(text.charAt(end - 1))) return false;
    }
  }
}

/** As far as both go: what was typed may be ahead of what was said. */
const agree = (said: string, typed: string) => said.startsWith(typed) || typed.startsWith(said);
