/** A piece of an open document that is followed through all edits, to see whether it is kept. */

/** A change of a document: `removed` characters at `start` give way to `inserted`. All in UTF-16 code units. */
export interface Change {
  readonly start: number;
  readonly removed: number;
  readonly inserted: string;
}

export class TrackedText {
  private end: number;

  constructor(
    private start: number,
    private text: string,
  ) {
    this.end = start + text.length;
  }

  /** What was inserted right behind it belongs to it. */
  extend(text: string): void {
    this.text += text;
    this.end += text.length;
  }

  follow({ start, removed, inserted }: Change): void {
    const grown = inserted.length - removed;
    if (start >= this.end) return;
    if (start + removed <= this.start) {
      this.start += grown;
      this.end += grown;
      return;
    }
    // The edit touches it: what was written there may be a part of it in a new form.
    this.start = Math.min(this.start, start);
    this.end = Math.max(this.end, start + removed) + grown;
  }

  /** Whether it still stands there. White space does not count, since formatting is no rejection. */
  isKeptIn(document: string): boolean {
    return bare(document.slice(this.start, this.end)).includes(bare(this.text));
  }
}

const bare = (text: string) => text.replace(/\s+/g, '');
