// Searching a line: against every line there is over small languages, against greedy answers over the packages.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CopySource, type CopyingWeights } from '../../../src/core/copying';
import type { CompleteRequest, CompleteResult } from '../../../src/core/engine';
import { emptyState } from '../../../src/engine/architectures';
import { Generator } from '../../../src/engine/generate';
import { LineSearch, type Line, type LineQuestion } from '../../../src/engine/lineSearch';
import { score } from '../../../src/engine/score';
import { Cancelled } from '../../../src/engine/turn';
import { loadModel, packages, root } from './packages';

const always = { isCancellationRequested: false };
const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const weights = (
  JSON.parse(readFileSync(path.join(root, 'test/fixtures/golden/copying.json'), 'utf8')) as { weights: CopyingWeights }
).weights;

const vocabulary = 256;
type Language = (text: string) => Readonly<Record<string, number>>;

/** A model of a language in which the probabilities of the next byte depend on all that was said. */
function modelOf(language: Language) {
  let fed = '';
  const rowOf = (text: string) => {
    const row = new Float32Array(vocabulary).fill(-50);
    for (const [byte, probability] of Object.entries(language(text))) row[byte.charCodeAt(0)] = Math.log(probability);
    return row;
  };
  return {
    rowOf,
    fed: () => fed,
    get length() {
      return fed.length;
    },
    truncate: (length: number) => {
      fed = fed.slice(0, length);
    },
    feedChunk: (ids: Uint16Array) => {
      const logits = new Float32Array(ids.length * vocabulary);
      ids.forEach((id, i) => {
        fed += String.fromCharCode(id);
        logits.set(rowOf(fed), i * vocabulary);
      });
      return logits;
    },
  };
}

async function search(language: Language, more: Partial<LineQuestion> = {}): Promise<Line & { readonly left: string }> {
  const model = modelOf(language);
  const manifest = { idOffset: 0 } as LineQuestion['manifest'];
  const limits = { maxBytes: 4, minConfidence: 0, searchBytes: 10_000 };
  const question = { manifest, model, source: undefined, logits: model.rowOf(''), character: 0 as const };
  const line = await new LineSearch({ ...question, ...limits, ...more }).run(always);
  return { ...line, left: model.fed() };
}

/** Random numbers for each text, the same at every call. */
function languageOf(seed: number): Language {
  const draw = (text: string, i: number) => {
    let hash = seed ^ (i * 0x9e3779b1);
    for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
    return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
  };
  return (text) => {
    const shares = ['a', 'b', ' ', '\n'].map((byte, i) => [byte, 0.05 + draw(text, i) ** 3] as const);
    const sum = shares.reduce((all, [, share]) => all + share, 0);
    return Object.fromEntries(shares.map(([byte, share]) => [byte, share / sum]));
  };
}

/** Each line of at most `most` bytes that is not white, and its probability, that of its end included. */
function* linesOf(
  language: Language,
  most: number,
  text = '',
  probability = 1,
): Iterable<{ text: string; probability: number }> {
  if (text.trim() !== '')
    yield { text, probability: text.length === most ? probability : probability * (language(text)['\n'] ?? 0) };
  if (text.length === most) return;
  for (const [byte, share] of Object.entries(language(text)))
    if (byte !== '\n') yield* linesOf(language, most, text + byte, probability * share);
}

describe('over small languages', () => {
  test('with enough to spend it is the most probable line of all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const language = languageOf(seed);
        const all = [...linesOf(language, 4)];
        const best = Math.max(...all.map(({ probability }) => probability));
        const line = await search(language);
        const text = decode(line.bytes);
        expect(all.find((one) => one.text === text)?.probability).toBeCloseTo(best, 6);
        expect(line.left).toBe(text);
        const product = line.probabilities.reduce((all, one) => all * one, 1);
        const end = text.length === 4 ? 1 : (language(text)['\n'] as number);
        expect(product * end).toBeCloseTo(best, 5);
      }),
      { numRuns: 300 },
    );
  });

  /** Says `a` at first, but no line that begins so is as probable as `bc`. */
  const misleading: Language = (text) =>
    ({ '': { a: 0.6, b: 0.4 }, a: { x: 0.34, y: 0.33, z: 0.33 }, b: { c: 1 } })[text] ?? { '\n': 1 };

  test('a line that is not greedy is found', async () => {
    const line = await search(misleading);
    expect(decode(line.bytes)).toBe('bc');
    expect([...line.probabilities].map((one) => one.toFixed(2))).toEqual(['0.40', '1.00']);
    expect([line.stop, line.searchedBytes]).toEqual(['line-end', 2]);
  });

  test('what is spent is a limit, and without anything to spend the greedy line stays', async () => {
    const greedy = await search(misleading, { searchBytes: 0 });
    expect([decode(greedy.bytes), greedy.searchedBytes]).toEqual(['ax', 0]);
    const cut = await search(misleading, { searchBytes: 1 });
    expect(decode(cut.bytes)).toBe('ax');
  });

  test('no line that is sure enough: the greedy beginning, and the byte that was in doubt', async () => {
    const line = await search(misleading, { minConfidence: 0.5 });
    expect([decode(line.bytes), line.stop, line.doubtedByte]).toEqual(['a', 'unsure', 0x78]);
    const found = await search(misleading, { minConfidence: 0.3 });
    expect(decode(found.bytes)).toBe('bc');
  });

  test('white space is not what was asked for, unless there is nothing else', async () => {
    const blank: Language = (text) => (text === '' ? { '\n': 0.8, a: 0.2 } : { '\n': 1 });
    expect(decode((await search(blank)).bytes)).toBe('a');
    const line = await search(blank, { minConfidence: 0.5 });
    expect([decode(line.bytes), line.stop]).toEqual(['', 'line-end']);
  });

  test('a line that reaches the limit counts as it stands', async () => {
    const long: Language = (text) => (text.length % 2 === 0 ? { a: 0.9, b: 0.1 } : { a: 0.5, b: 0.5 });
    const line = await search(long, { maxBytes: 3 });
    expect([decode(line.bytes), line.stop]).toEqual(['aaa', 'max-bytes']);
    const white = await search(() => ({ ' ': 1 }), { maxBytes: 3 });
    expect([decode(white.bytes), white.stop]).toEqual(['   ', 'max-bytes']);
    const none = await search(long, { maxBytes: 0 });
    expect([decode(none.bytes), none.stop]).toEqual(['', 'max-bytes']);
  });

  test('numbers that are none are an error', async () => {
    await expect(search(() => ({ a: NaN }))).rejects.toThrow('not numbers');
  });
});

test('a source goes back to where it was marked', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.array(fc.string({ maxLength: 8 }), { maxLength: 6 }),
      fc.string(),
      (text, ways, last) => {
        const before = encode(`${text} alpha(beta); alpha(gamma); ${text}`);
        const source = new CopySource(weights, before, new Uint8Array());
        const mark = source.mark();
        for (const way of ways) {
          for (const byte of encode(way)) source.follow(byte);
          source.goBack(mark);
        }
        const fresh = new CopySource(weights, before, new Uint8Array());
        const votes = [source, fresh].map((one) => {
          for (const byte of encode(last)) one.follow(byte);
          return one.vote();
        });
        expect(votes[0]).toEqual(votes[1]);
      },
    ),
  );
});

const texts = packages.flatMap(({ name, directory }) =>
  [
    'export function add(a: number, b: number) {\n  ret',
    '# Counts\nfor i in range(10):\n    total += i\nprint(to',
    'const names = new Map<string, number>();\nfor (const name of names.ke',
  ].map((text) => ({ name, directory, text })),
);

describe.each(texts)('over the package $name: $text', ({ directory, text }) => {
  const request: CompleteRequest = {
    path: 'a.ts',
    prefix: encode(text),
    suffix: new Uint8Array(),
    maxBytes: 24,
    minConfidence: 0,
  };
  /** ln p of an answer and of its end, by reading it anew. */
  async function judged({ bytes, stop }: CompleteResult): Promise<number> {
    const { manifest, ...model } = await loadModel(directory);
    const state = emptyState({ ...model, manifest });
    const ends = [[0x0a], [0x0d], ...(manifest.sentinels ? [[manifest.sentinels.end]] : [])];
    const targets = stop === 'max-bytes' ? [bytes] : ends.map((end) => Uint8Array.from([...bytes, ...end]));
    const { bits } = await score(manifest, state, { ...request, targets }, always);
    return Math.log(bits.reduce((all, one) => all + 2 ** -one.reduce((sum, bit) => sum + bit, 0), 0));
  }

  test('no less probable than the greedy line, and the caches stay right', async () => {
    const model = await loadModel(directory);
    const generator = new Generator(model.manifest, emptyState(model));
    const greedy = await generator.complete(request, always);
    const found = await generator.complete({ ...request, searchBytes: 60 }, always);
    if (greedy.bytes.length > 0) expect(await judged(found)).toBeGreaterThan((await judged(greedy)) - 1e-3);
    const targets = [found.bytes];
    const { bits } = await score(model.manifest, emptyState(model), { ...request, targets }, always);
    found.probabilities.forEach((one, i) => {
      expect(-Math.log2(one)).toBeCloseTo(bits[0]?.[i] as number, 2);
    });
    // What is asked next meets the caches that the search has left.
    const more = { ...request, prefix: Uint8Array.from([...request.prefix, ...found.bytes, ...encode(';\n')]) };
    const next = await generator.complete(more, always);
    const fresh = await new Generator(model.manifest, emptyState(model)).complete(more, always);
    expect(next.bytes).toEqual(fresh.bytes);
    expect(next.reusedBytes).toBeGreaterThanOrEqual(request.prefix.length);
  });

  test('it can be cancelled at its last step, and is right afterwards', async () => {
    const model = await loadModel(directory);
    const searched = { ...request, searchBytes: 60 };
    let checks = 0;
    const wantedFor = (most: number) => ({
      get isCancellationRequested() {
        return ++checks >= most;
      },
    });
    const whole = await new Generator(model.manifest, emptyState(model)).complete(searched, wantedFor(Infinity));
    const last = checks;
    checks = 0;
    const generator = new Generator(model.manifest, emptyState(model));
    await expect(generator.complete(searched, wantedFor(last))).rejects.toBeInstanceOf(Cancelled);
    expect((await generator.complete(searched, always)).bytes).toEqual(whole.bytes);
  });
});
