import { describe, expect, test } from 'vitest';
import type { CompleteResult, StopReason } from '../../../src/core/engine';
import { encodeUtf8 } from '../../../src/core/bytes';
import { defaultGate, suggest } from '../../../src/core/suggestion';
import { withoutLastWord } from '../../../src/core/words';

const none = new Uint8Array();

function result(text: string | Uint8Array, probability = 1, stop: StopReason = 'line-end'): CompleteResult {
  const bytes = typeof text === 'string' ? encodeUtf8(text) : text;
  return {
    bytes,
    probabilities: new Float32Array(bytes.length).fill(probability),
    confidences: Float32Array.from(bytes, (_, i) => probability ** (i + 1)),
    stop,
    patches: 1,
    reusedBytes: 0,
    prefilledBytes: 0,
    firstByteMs: 1,
    ms: 1,
  };
}

/** Marked strings: `prefix█suffix` is the document; the suggestion, or its reason in brackets, is the answer. */
function check(generated: string | CompleteResult, after = '', gate = defaultGate): string {
  const given = typeof generated === 'string' ? result(generated) : generated;
  const { text, shown, reason } = suggest(given, { prefix: none, suffix: encodeUtf8(after) }, { gate });
  return shown ? text : `(${reason ?? 'no reason'})`;
}

describe('text', () => {
  test.each([
    ['as it is', 'subtotal(cart);', '', 'subtotal(cart);'],
    ['without white space at its end', 'return total; \t', '', 'return total;'],
    ['with white space at its beginning', '  += 1', '', '  += 1'],
    ['of one line', 'a();\nb();', '', 'a();'],
    ['of one line, with CRLF', 'a();\r\nb();', '', 'a();'],
    ['without what stands after the cursor', 'item.sku)', ')', 'item.sku'],
    ['without what stands after the cursor, all of it', 'item.sku, 1);', ');', 'item.sku, 1'],
    ['without a part of what stands after the cursor', 'item.sku)', ');', 'item.sku'],
    ['although white space follows on the line', 'x', '  \nnext', 'x'],
    ['only up to the bracket that is closed already', 'a, b) {', ')', 'a, b'],
    ['with its own brackets', 'f(a), g(b)', ');', 'f(a), g(b'],
    ['with letters that the next word begins with', 'as', ' string', 'as'],
    ['of a closing bracket like the next line', '}', '\n}\n', '}'],
  ])('%s', (_what, generated, after, shown) => {
    expect(check(generated, after)).toBe(shown);
  });

  test('ends before bytes that are no UTF-8', () => {
    expect(check(result(Uint8Array.of(0x61, 0xc3, 0x28)))).toBe('a');
  });
  test('does not end in half a word when a limit ended it', () => {
    expect(check(result('this.items.qua', 1, 'max-bytes'))).toBe('this.items.');
    expect(withoutLastWord('quant')).toBe('quant');
  });
});

describe('where the model becomes unsure', () => {
  const doubting = (text: string, next: string) => ({ ...result(text, 1, 'unsure'), doubtedByte: next.charCodeAt(0) });
  test('the suggestion ends', () => {
    expect(check(doubting('this.items', '.'))).toBe('this.items');
  });
  test('half a word is left out', () => {
    expect(check(doubting('this.items.qua', 'n'))).toBe('this.items.');
  });
});

describe('silence', () => {
  test.each([
    ['nothing was generated', '', '', '(empty)'],
    ['there is only white space', ' \t ', '', '(empty)'],
    ['it only repeats closing punctuation', ');', ');', '(duplicates-suffix)'],
    ['it repeats the rest of the line', 'b, c', 'b, c', '(duplicates-suffix)'],
    ['it repeats the next line', 'return total;', '\n\n    return total;\n}', '(duplicates-suffix)'],
    ['it says the same again and again', 'x = x + 1; '.repeat(5), '', '(repetitive)'],
  ])('because %s', (_why, generated, after, reason) => {
    expect(check(generated, after)).toBe(reason);
  });

  test('because the model is not sure', () => {
    const ten = 'abcdefghij';
    expect(check(result(ten, 0.5 ** 0.1), '', 0.4)).toBe(ten);
    expect(check(result(ten, 0.5 ** 0.1), '', 0.6)).toBe('(unsure)');
  });
  test('because the model is hardly sure of anything', () => {
    expect(check(result('a', 1, 'unsure'))).toBe('(unsure)');
    expect(check(result('on', 1, 'unsure'))).toBe('on');
    expect(check(result('', 1, 'unsure'))).toBe('(unsure)');
  });
  test('still tells the text and its probability', () => {
    const { text, confidence } = suggest(result('ab', 0.1), { prefix: none, suffix: none });
    expect(text).toBe('ab');
    expect(confidence).toBeCloseTo(0.01);
  });
});

test('confidence is that of the bytes that are shown', () => {
  const bytes = encodeUtf8('é) ');
  const given = { ...result(bytes), confidences: Float32Array.of(0.5, 0.25, 0.025, 0.0025) };
  expect(suggest(given, { prefix: none, suffix: encodeUtf8(')') }).confidence).toBeCloseTo(0.25);
});
