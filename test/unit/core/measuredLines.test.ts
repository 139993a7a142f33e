// Whatever is edited: what is not forgotten is what a fresh measurement would say, and little is measured again.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteOffset, encodeUtf8 } from '../../../src/core/bytes';
import type { Measurement } from '../../../src/core/engine';
import { MeasuredLines, type ByteSpan, type LineChange } from '../../../src/core/measuredLines';

const reach = 9;

/** Numbers that depend on a byte and on the `reach` bytes before it, as those of a model with a window do. */
function predictions(text: string): number[] {
  const bytes = encodeUtf8(text);
  return Array.from(bytes, (_, i) => {
    let hash = 17;
    for (const byte of bytes.subarray(Math.max(0, i - reach), i + 1)) hash = (hash * 31 + byte) % 65_521;
    return hash;
  });
}

class Document {
  lines: string[];
  measuredBytes = 0;
  readonly numbers: MeasuredLines;

  constructor(text: string) {
    this.lines = text.split('\n');
    const lineText = (line: number) => this.lines[line] ?? '';
    const document = { lineText, lineCount: this.lines.length };
    this.numbers = new MeasuredLines(document, reach, 0);
  }

  get text(): string {
    return this.lines.join('\n');
  }

  edit(change: LineChange): void {
    const { startLine, startColumn, endLine, endColumn, text } = change;
    const head = this.lines[startLine]?.slice(0, startColumn) ?? '';
    const tail = this.lines[endLine]?.slice(endColumn) ?? '';
    this.lines.splice(startLine, endLine - startLine + 1, ...`${head}${text}${tail}`.split(/\r\n|\r|\n/));
    this.numbers.edit(change);
  }

  offsetOf({ line, byte }: ByteSpan['start']): number {
    return encodeUtf8(this.lines.slice(0, line).join('\n')).length + (line > 0 ? 1 : 0) + byte;
  }

  measureAll(first = 0, last = this.lines.length - 1): void {
    const all = predictions(this.text);
    for (;;) {
      const span = this.numbers.missing({ first, last }, 50);
      if (!span) return;
      const [from, to] = [this.offsetOf(span.start), this.offsetOf(span.end)];
      if (to <= from) throw new Error(`An empty span at ${from}`);
      this.measuredBytes += to - from;
      const values = all.slice(from, to);
      this.numbers.write(span, {
        start: byteOffset(0),
        entropyNats: Float32Array.from(values),
        surprisalNats: Float32Array.from(values, (value) => 2 * value),
        ranks: Uint8Array.from(values, (value) => value % 256),
        patchStart: Uint8Array.from(values, (value) => value % 2),
      } as unknown as Measurement);
    }
  }

  /** What is known is right; returns how many bytes are not known. */
  unknown(): number {
    const { text, measurement } = this.numbers.part({ first: 0, last: this.lines.length - 1 });
    expect(text.text).toBe(this.text);
    const right = predictions(this.text);
    let unknown = 0;
    const wrong: number[] = [];
    right.forEach((value, i) => {
      const { entropyNats, surprisalNats, ranks, patchStart } = measurement;
      if (Number.isNaN(entropyNats[i])) unknown++;
      else if (entropyNats[i] !== value || surprisalNats[i] !== 2 * value) wrong.push(i);
      else if (ranks[i] !== value % 256 || patchStart[i] !== value % 2) wrong.push(i);
    });
    expect(wrong).toEqual([]);
    return unknown;
  }
}

/** Surrogate pairs, combining marks, a byte order mark inside of a text, what VS Code shows for invalid UTF-8, tabs. */
const piece = fc.constantFrom('a', 'bc ', '\t', 'é', 'e\u0301', '😀', '\ufeff', '\ufffd', '\ud800', '한', 'x = 1;');
const line = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
const someLines = (end: string) => fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => lines.join(end));
const edits = fc.array(
  fc.record({
    from: fc.nat(200),
    length: fc.oneof(fc.constant(0), fc.nat(12), fc.nat(80)),
    text: fc.oneof(line, someLines('\n'), someLines('\r\n')),
  }),
  { minLength: 1, maxLength: 6 },
);

function changeOf(text: string, from: number, length: number, inserted: string): LineChange {
  const place = (offset: number) => {
    const before = text.slice(0, offset).split('\n');
    return [before.length - 1, before.at(-1)?.length ?? 0] as const;
  };
  const start = Math.min(from, text.length);
  const [startLine, startColumn] = place(start);
  const [endLine, endColumn] = place(Math.min(start + length, text.length));
  return { startLine, startColumn, endLine, endColumn, text: inserted };
}

describe('after any edits', () => {
  test('what is known is what a fresh measurement says', () => {
    fc.assert(
      fc.property(someLines('\n'), edits, fc.boolean(), (text, edits, between) => {
        const document = new Document(text);
        document.measureAll();
        expect(document.unknown()).toBe(0);
        for (const { from, length, text } of edits) {
          document.edit(changeOf(document.text, from, length, text));
          document.unknown();
          if (between) document.measureAll();
        }
        document.measureAll();
        expect(document.unknown()).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test('no more is forgotten than an edit can change', () => {
    fc.assert(
      fc.property(someLines('\n'), fc.nat(200), line, (text, from, inserted) => {
        const document = new Document(text);
        document.measureAll();
        document.edit(changeOf(text, from, 0, inserted));
        // An edit inside of a surrogate pair makes two other characters of it.
        expect(document.unknown()).toBeLessThanOrEqual(encodeUtf8(inserted).length + reach + 6);
      }),
    );
  });

  test('only lines that are asked for are measured, and nothing twice', () => {
    const document = new Document(Array.from({ length: 1000 }, (_, i) => `line ${i} of many`).join('\n'));
    document.measureAll(500, 520);
    const before = document.measuredBytes;
    expect(before).toBe(encodeUtf8(document.lines.slice(500, 521).join('\n')).length + 1);
    document.measureAll(500, 520);
    expect(document.measuredBytes).toBe(before);
    document.edit({ startLine: 510, startColumn: 4, endLine: 510, endColumn: 4, text: '!' });
    document.measureAll(500, 520);
    expect(document.measuredBytes - before).toBe(1 + reach);
    // Far above, the numbers move along.
    document.edit({ startLine: 3, startColumn: 0, endLine: 5, endColumn: 0, text: '\n\n\n\n' });
    document.measureAll(502, 522);
    expect(document.measuredBytes - before).toBe(1 + reach);
  });
});

describe('a line as long as a book', () => {
  test('is measured as far as it is shown', () => {
    const document = new Document(`a\n${'é'.repeat(30_000)}\nb`);
    const span = document.numbers.missing({ first: 0, last: 2 }, 1e6);
    expect(span).toEqual({ start: { line: 0, byte: 0 }, end: { line: 1, byte: 20_000 } });
    expect(document.numbers.part({ first: 1, last: 1 }).text.bytes.length).toBe(20_000);
  });

  test('and is not lost when it is edited out of sight', () => {
    const document = new Document(`a\n${'x'.repeat(30_000)}\nb`);
    document.edit({ startLine: 1, startColumn: 20_000, endLine: 1, endColumn: 20_000, text: 'y\nz' });
    expect(document.numbers.lineCount).toBe(4);
    expect(document.numbers.part({ first: 0, last: 3 }).text.text.length).toBe(2 + 10_001 + 10_001 + 1);
  });
});

test('without a window, an edit forgets everything behind it', () => {
  const lines = ['one', 'two', 'three'];
  const source = { lineCount: 3, lineText: (line: number) => lines[line] ?? '' };
  const numbers = new MeasuredLines(source, Infinity, null);
  const span = numbers.missing({ first: 0, last: 2 }, 1e6) as ByteSpan;
  const zeros = { start: byteOffset(0), entropyNats: new Float32Array(13), surprisalNats: new Float32Array(13) };
  numbers.write(span, {
    ...zeros,
    ranks: new Uint8Array(13),
    patchStart: new Uint8Array(13),
  } as unknown as Measurement);
  expect(numbers.missing({ first: 0, last: 2 }, 1e6)).toBeUndefined();
  lines[1] = 'tXwo';
  numbers.edit({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 1, text: 'X' });
  expect(numbers.missing({ first: 0, last: 2 }, 1e6)).toEqual({
    start: { line: 1, byte: 1 },
    end: { line: 2, byte: 5 },
  });
});
