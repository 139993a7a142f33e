// Which readings a word has, and which of them is offered.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUtf8 } from '../../../src/core/bytes';
import { acceptedWord, repairOfTyped } from '../../../src/core/acceptedWord';
import type { ScoreRequest } from '../../../src/core/engine';
import { bestOf, findRepair, leastGainBits, readingsOf, type WrittenWord } from '../../../src/core/repair';

/** `█` stands before and behind the word. */
function place(marked: string, more: Partial<WrittenWord> = {}): WrittenWord {
  const [before = '', word = '', rest = ''] = marked.split('█');
  return { language: 'javascript', before, word, following: rest, after: '', isFinished: true, ...more };
}
const texts = (marked: string, more?: Partial<WrittenWord>) => readingsOf(place(marked, more)).map(({ text }) => text);

describe('readings', () => {
  test.each([
    ['log(total);\nreturn █toatl█;', ['total']],
    ['log(total, toral);\nreturn █totsl█;', ['total']],
    ['log(getCustomer);\ncall(█getCusotmer█);', ['getCustomer']],
  ])('%s', (marked, expected) => {
    expect(texts(marked)).toEqual(expected);
  });

  test.each([
    ['a short word', 'log(sum);\nreturn █smu█;'],
    ['a word that stands elsewhere', 'log(total, toatl);\nreturn █toatl█;'],
    ['a word below', 'log(total);\nreturn █toatl█;\nlog(toatl)'],
    ['a keyword', 'log(finals);\ntry {} █finally█ {}'],
    ['a word in a comment', 'log(total); // █toatl█'],
    ['a word in a string', 'log(total, "█toatl█")'],
    ['a declaration', 'log(total);\nconst █toatl█ = 1;'],
    ['a variant', 'sink_stat(); log(mt, st); make(█sink_mt█, sink_st)'],
    ['a part that is known here', 'getName(); setSize(); █setName█()'],
  ])('none of %s', (_, marked) => {
    expect(texts(marked)).toEqual([]);
  });

  test('prose has none', () => {
    expect(texts('log(total);\nreturn █toatl█;', { language: 'markdown' })).toEqual([]);
  });

  test('a misspelt beginning', () => {
    const open = { isFinished: false };
    expect(texts('log(customerName);\nlog(█cutsom█', open)).toEqual(['custom']);
    expect(texts('log(customerName);\nlog(█custom█', open)).toEqual([]);
    // The typo must be behind: what comes next may make it right.
    expect(texts('log(customerName);\nlog(█custon█', open)).toEqual([]);
  });

  test('a reading is a word of the file, or its beginning', () => {
    const name = fc.stringMatching(/^[a-e]{3,7}$/);
    fc.assert(
      fc.property(fc.array(name), name, fc.boolean(), (names, word, isFinished) => {
        const before = `${names.join('; ')};\n`;
        for (const reading of readingsOf({ ...place(''), before, word, following: '', isFinished })) {
          expect(names).toContain(reading.word);
          expect(reading.word.startsWith(reading.text)).toBe(true);
          expect(names).not.toContain(word);
          if (isFinished) expect(reading.text).toBe(reading.word);
        }
      }),
    );
  });
});

describe('the decision', () => {
  const marked = place('log(total, toaxl);\nreturn █toatl█ + 1;');
  const readings = readingsOf(place('log(total);\nreturn █toatl█ + 1;'));

  test('the typo is paid for', () => {
    const typoBits = readings[0]?.typoBits ?? NaN;
    expect(bestOf(marked, readings, [5, 30])?.gainBits).toBeCloseTo(25 - typoBits);
  });

  test('two readings that are about as likely are none', () => {
    const two = [
      { text: 'total', word: 'total', typoBits: 5 },
      { text: 'toast', word: 'toast', typoBits: 5 },
    ];
    expect(bestOf(marked, two, [5, 7, 40])).toBeUndefined();
    expect(bestOf(marked, two, [5, 9, 40])?.text).toBe('total');
  });

  async function repairWith(written: number, text: string, more: Partial<WrittenWord> = {}) {
    const asked: ScoreRequest[] = [];
    const score = (request: ScoreRequest) => {
      asked.push(request);
      const bits = request.targets.map((_, i) => Float32Array.of(i === request.targets.length - 1 ? written : 0));
      return Promise.resolve({ bits, reusedBytes: 0, ms: 0 });
    };
    const repair = await findRepair(place(text, more), { path: 'a.js', engine: { score } });
    return { repair, asked };
  }

  test('the engine is asked for all readings at once, what is written last', async () => {
    const { repair, asked } = await repairWith(40, 'log(total);\nreturn █toatl█ + 1;');
    expect(repair).toMatchObject({ written: 'toatl', text: 'total', words: ['total'] });
    expect(asked).toHaveLength(1);
    expect(decodeUtf8(asked[0]?.prefix ?? new Uint8Array())).toBe('log(total);\nreturn ');
    expect(asked[0]?.targets.map(decodeUtf8)).toEqual(['total + 1;', 'toatl + 1;']);
  });

  test('too small a gain is not offered, and without a reading nobody is asked', async () => {
    const typoBits = readings[0]?.typoBits ?? NaN;
    const text = 'log(total);\nreturn █toatl█ + 1;';
    expect((await repairWith(typoBits + leastGainBits.finished - 0.1, text)).repair).toBeUndefined();
    expect((await repairWith(typoBits + leastGainBits.finished + 0.1, text)).repair).toBeDefined();
    expect((await repairWith(99, 'return █toatl█ + 1;')).asked).toEqual([]);
  });

  test('a word that another file knows is left alone, and other files are read only for a word with a reading', async () => {
    const known: string[] = [];
    const isKnown = (word: string) => Promise.resolve(known.push(word) > 0);
    expect((await repairWith(99, 'log(total);\nreturn █toatl█;', { isKnown })).asked).toEqual([]);
    expect((await repairWith(99, 'return █toatl█;', { isKnown })).asked).toEqual([]);
    expect(known).toEqual(['toatl']);
  });
});

describe('the word before a suggestion', () => {
  test.each([
    ['  return toatl', ' + 1', { typed: 'toatl', added: '', word: 'toatl', following: ' + 1', start: 9, end: 14 }],
    ['cutsom', 'erName()', { typed: 'cutsom', added: 'erName', word: 'cutsomerName', following: '()' }],
    ['toatl.', 'toFixed()', { typed: 'toatl', added: '', word: 'toatl', following: '.toFixed()' }],
  ])('%s and %s', (line, text, expected) => {
    expect(acceptedWord(line, text)).toMatchObject(expected);
  });

  test('only what is typed is changed', () => {
    const word = acceptedWord('cutsom', 'erName()');
    expect(word && repairOfTyped(word, { text: 'customerName' })).toBe('custom');
    expect(word && repairOfTyped(word, { text: 'cutsomerNames' })).toBeUndefined();
    expect(acceptedWord('(', 'a')).toBeUndefined();
  });

  test('the changed word and what is added make the repair', () => {
    const letters = fc.stringMatching(/^[a-c]{1,6}$/);
    fc.assert(
      fc.property(letters, letters, letters, (typed, added, text) => {
        const word = acceptedWord(typed, added);
        const repaired = word && repairOfTyped(word, { text });
        if (repaired !== undefined) expect(repaired + added).toBe(text);
      }),
    );
  });
});
