// The way from an edit to numbers, with a model: what is on screen equals a fresh measurement of the whole document.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../../src/core/bytes';
import type { MeasureRequest } from '../../../src/core/engine';
import { MeasuredLines } from '../../../src/core/measuredLines';
import { measureWindow, type LineColumn, type Reading } from '../../../src/core/measureWindow';
import { measure, Measuring } from '../../../src/engine/measure';
import { loadModel, root, type Blt } from './packages';

const always = { isCancellationRequested: false };
const code = readFileSync(path.join(root, 'src/core/bytes.ts'), 'utf8');
/** Rotary angles are float32, so the same text at other positions comes out a little differently. */
const tolerance = 2e-3;

class Screen {
  readonly lines: string[];
  private readonly numbers: MeasuredLines;
  private readonly measuring: Measuring;
  private readonly reading: Reading;
  private anchor: LineColumn | undefined;
  evaluated = 0;
  sent = 0;

  constructor(
    private readonly model: Blt,
    text: string,
    private readonly predictor: Reading['predictor'],
  ) {
    this.lines = text.split('\n');
    this.measuring = new Measuring(model);
    const { entropyReach, stretchBytes, thresholdNats } = model.info;
    const reach = predictor === 'model' ? Infinity : (entropyReach ?? Infinity);
    this.reading = { predictor, reach, stretchBytes };
    this.numbers = new MeasuredLines(this.source, reach, thresholdNats);
  }

  private get source() {
    const { lines } = this;
    return {
      get lineCount() {
        return lines.length;
      },
      lineText: (line: number) => lines[line] ?? '',
    };
  }

  type(line: number, column: number, text: string): void {
    const old = this.lines[line] ?? '';
    const at = Math.min(column, old.length);
    this.lines.splice(line, 1, ...`${old.slice(0, at)}${text}${old.slice(at)}`.split('\n'));
    this.numbers.edit({ startLine: line, startColumn: at, endLine: line, endColumn: at, text });
  }

  async show(first: number, last: number): Promise<void> {
    this.evaluated = 0;
    this.sent = 0;
    for (;;) {
      const span = this.numbers.missing({ first, last }, 2_000);
      if (!span) return;
      const { request, anchor } = measureWindow(this.source, span, this.reading, first, this.anchor);
      this.anchor = anchor;
      this.sent += request.text.length;
      const measurement = await this.measuring.measure(request, always);
      this.evaluated += measurement.evaluatedBytes;
      this.numbers.write(span, measurement);
    }
  }

  /** Compares what is shown with a fresh measurement of all of the text. */
  async compare(first: number, last: number): Promise<void> {
    const { text, measurement } = this.numbers.part({ first, last });
    const before = this.lines.slice(0, first).map((line) => `${line}\n`);
    const start = encodeUtf8(before.join('')).length;
    const bytes = encodeUtf8(this.lines.join('\n'));
    const request = { text: bytes, start, end: start + text.bytes.length, predictor: this.predictor };
    const whole = await measure(this.model, request as MeasureRequest, always);
    const wrong = whole.entropyNats.findIndex(
      (value, i) =>
        !(Math.abs(value - (measurement.entropyNats[i] ?? NaN)) < tolerance) ||
        !(Math.abs((whole.surprisalNats[i] ?? NaN) - (measurement.surprisalNats[i] ?? NaN)) < 10 * tolerance),
    );
    expect(wrong).toBe(-1);
  }
}

const edit = fc.record({
  line: fc.integer({ min: 0, max: 70 }),
  column: fc.nat(60),
  text: fc.constantFrom('x', 'é', '😀', 'a\u0301', '\n', '  return 1;\n', '\t'),
});

for (const [predictor, runs] of [
  ['entropy-model', 6],
  ['model', 3],
] as const) {
  test(`what is shown after edits is what a fresh measurement says: ${predictor}`, async () => {
    const model = await loadModel(path.join(root, 'test/fixtures/models/windowed-tiny'));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const screen = new Screen(model, code, predictor);
        await screen.show(30, 60);
        await screen.compare(30, 60);
        for (const { line, column, text } of edits) {
          screen.type(line, column, text);
          await screen.show(30, 60);
        }
        await screen.compare(30, 60);
      }),
      { numRuns: runs },
    );
  });
}

test('the cost of an edit does not depend on the length of the document', async () => {
  const model = await loadModel(path.join(root, 'test/fixtures/models/windowed-tiny'));
  const costs: unknown[] = [];
  for (const copies of [2, 20, 200]) {
    const screen = new Screen(model, `${code}\n`.repeat(copies), 'entropy-model');
    const first = Math.floor(copies / 2) * code.split('\n').length;
    await screen.show(first, first + 40);
    screen.type(first + 20, 3, 'x');
    await screen.show(first, first + 40);
    const reach = model.info.entropyReach ?? NaN;
    // The inserted byte, those behind it, and the one before it, which predicts it.
    expect(screen.evaluated).toBeLessThanOrEqual(reach + 2);
    costs.push([screen.evaluated, screen.sent]);
  }
  expect(costs[1]).toEqual(costs[0]);
  expect(costs[2]).toEqual(costs[0]);
});
