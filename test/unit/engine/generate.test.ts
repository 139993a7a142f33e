// Completing: over a scripted model for the rules, over the packages for the caches.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CompleteRequest } from '../../../src/core/engine';
import type { Manifest } from '../../../src/core/manifest';
import { BltState } from '../../../src/engine/bltState';
import { chunkBytes } from '../../../src/engine/byteState';
import { Generator, type ByteModel } from '../../../src/engine/generate';
import { Cancelled } from '../../../src/engine/turn';
import { loadModel, packages, root, type Blt } from './packages';

const always = { isCancellationRequested: false };
const encode = (text: string) => new TextEncoder().encode(text);

function request(prefix: string | Uint8Array, more: Partial<CompleteRequest> = {}): CompleteRequest {
  const bytes = typeof prefix === 'string' ? encode(prefix) : prefix;
  return { path: 'a.ts', prefix: bytes, suffix: new Uint8Array(), maxBytes: 20, minConfidence: 0, ...more };
}

/** A cancellation that arrives at the check with this number. */
function cancelledAt(check: number) {
  let checks = 0;
  return {
    get isCancellationRequested() {
      return ++checks >= check;
    },
  };
}

describe('the rules, over a model that says what it is told', () => {
  const end = 0xfe;
  const manifest = {
    vocabulary: 260,
    idOffset: 4,
    bos: 1,
    sentinels: { path: 0xfb, suffix: 0xfc, prefix: 0xfd, end },
    context: { maxBytes: 2048, maxSuffixBytes: 256, maxPathBytes: 48 },
  } as Manifest;

  /** Wants to say the bytes of `script`, each with the given probability; ids it has seen lie in `fed`. */
  function scripted(script: Uint8Array | number[], probability = 0.9) {
    let fed: number[] = [];
    let said = 0;
    const model: ByteModel & { readonly fed: number[]; readonly runs: number[] } = {
      patches: 0,
      onPart: undefined,
      entropyAfter: () => undefined,
      runs: [],
      get fed() {
        return fed;
      },
      get length() {
        return fed.length;
      },
      commonPrefix: (ids) => {
        let i = 0;
        while (i < fed.length && i < ids.length && fed[i] === ids[i]) i++;
        return i;
      },
      truncate: (length) => {
        fed = fed.slice(0, length);
      },
      feedChunk: (ids) => {
        model.runs.push(ids.length);
        fed = [...fed, ...ids];
        const logits = new Float32Array(260).fill(Math.log((1 - probability) / 259));
        logits[(script[said++] ?? 0x78) + 4] = Math.log(probability);
        return logits;
      },
      read: async (ids, pause) => {
        let logits = new Float32Array();
        for (let at = 0; at < ids.length; at += chunkBytes) {
          await pause();
          logits = model.feedChunk(ids.subarray(at, at + chunkBytes)) as Float32Array<ArrayBuffer>;
        }
        return logits;
      },
    };
    return model;
  }
  const complete = (script: Uint8Array | number[], more: Partial<CompleteRequest> = {}, probability?: number) =>
    new Generator(manifest, scripted(script, probability)).complete(request('a', more), always);
  const said = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

  test('a line end stops, whichever it is', async () => {
    for (const stop of ['\n', '\r\n']) {
      const result = await complete(encode(`x = 1;${stop}y`));
      expect([said(result.bytes), result.stop]).toEqual(['x = 1;', 'line-end']);
      expect(result.probabilities).toHaveLength(6);
      expect(result.probabilities[3]).toBeCloseTo(0.9);
    }
  });
  test('the end sentinel stops', async () => {
    const result = await complete([...encode('ü'), end]);
    expect([said(result.bytes), result.stop]).toEqual(['ü', 'end']);
  });
  test('the limit of bytes stops, before a character that would be cut', async () => {
    const result = await complete(encode('aü漢字'), { maxBytes: 7 });
    expect([said(result.bytes), result.stop]).toEqual(['aü漢', 'max-bytes']);
    expect(result.probabilities).toHaveLength(6);
    expect((await complete(encode('abc'), { maxBytes: 0 })).bytes).toHaveLength(0);
  });
  test('a whole that is too unlikely stops', async () => {
    // 0.9 ** 6 is 0.53, 0.9 ** 7 is 0.48
    const result = await complete(encode('abcdefghij'), { minConfidence: 0.5 });
    expect([said(result.bytes), result.stop]).toEqual(['abcdef', 'unsure']);
    expect((await complete(encode('漢字'), { minConfidence: 0.7 })).bytes).toHaveLength(3);
  });
  test('nothing but UTF-8 comes out, even of a model that wants something else', async () => {
    const result = await complete([0x80, 0xe0, 0x80, 0xff, 0xfd, 0x61, 0xed, 0xbf, 0x62, 0xc0], {}, 0.5);
    expect(() => said(result.bytes)).not.toThrow();
    expect(result.bytes).toHaveLength(20);
  });
  test('all bytes so far are told after each one', async () => {
    const told: string[] = [];
    const generator = new Generator(manifest, scripted(encode('abc\n')));
    await generator.complete(request('a'), always, (bytes) => told.push(said(bytes)));
    expect(told).toEqual(['a', 'ab', 'abc']);
  });
  test('the context ends a completion too', async () => {
    const result = await complete([], { maxBytes: 100_000 });
    expect(result.bytes.length).toBeLessThan(2048);
    expect(result.stop).toBe('max-bytes');
  });
  const block = { indentation: '', maxLines: 4 };
  const inBlock = async (script: string, more: Partial<CompleteRequest> = {}, probability?: number) => {
    const { bytes, probabilities, confidences, stop } = await complete(
      encode(script),
      { block, maxBytes: 60, ...more },
      probability,
    );
    expect([probabilities.length, confidences.length]).toEqual([bytes.length, bytes.length]);
    return [said(bytes), stop];
  };
  test('a block goes on over line ends', async () => {
    expect(await inBlock(':\n  b\n  c\nd')).toEqual([':\n  b\n  c', 'block-end']);
    expect(await inBlock('{\n  b\n}\nd')).toEqual(['{\n  b\n}', 'block-end']);
    expect(await inBlock('{\n\n\n  b')).toEqual(['{\n\n', 'line-end']);
    expect(await inBlock('{\n 1\n 2\n 3\n 4')).toEqual(['{\n 1\n 2\n 3', 'line-end']);
    expect(await inBlock('{\r\n 1')).toEqual(['{', 'line-end']);
  });
  test('a block ends at the end sentinel, at a limit, and where the model is unsure', async () => {
    expect((await complete([...encode('{\n a'), end], { block })).stop).toBe('end');
    expect(await inBlock('{\n abc', { maxBytes: 4 })).toEqual(['{\n a', 'max-bytes']);
    expect(await inBlock('{\n abc', { minConfidence: 0.7 })).toEqual(['{\n ', 'unsure']);
  });
  test('confidence is the product of the probabilities, and it stops where that falls below the least', async () => {
    const { confidences } = await new Generator(manifest, scripted(encode('abcdef'), 0.9)).complete(
      request('a', { maxBytes: 6 }),
      always,
    );
    confidences.forEach((confidence, i) => {
      expect(confidence).toBeCloseTo(0.9 ** (i + 1), 5);
    });
    const until = await new Generator(manifest, scripted(encode('abcdef'), 0.9)).complete(
      request('a', { maxBytes: 6, minConfidence: 0.9 ** 4 - 1e-6 }),
      always,
    );
    expect([said(until.bytes), until.stop]).toEqual(['abcd', 'unsure']);
  });
  test('what was read or said stays; only what is new is read', async () => {
    const model = scripted(encode('bcd'));
    const generator = new Generator(manifest, model);
    await generator.complete(request('a', { maxBytes: 3 }), always);
    // BOS PATH a.ts PREFIX a
    expect(model.fed).toHaveLength(8 + 2);
    const next = await generator.complete(request('abX', { maxBytes: 1 }), always);
    expect([next.reusedBytes, next.prefilledBytes]).toEqual([9, 1]);
    const same = await generator.complete(request('abX', { maxBytes: 1 }), always);
    expect([same.reusedBytes, same.prefilledBytes]).toEqual([9, 1]);
  });
  test('a cancellation is seen between the bytes of a block', async () => {
    const script = encode('{\n  b\n  c\n');
    const model = scripted(script);
    const long = request('a', { block, maxBytes: 60 });
    await expect(new Generator(manifest, model).complete(long, cancelledAt(6))).rejects.toThrow(Cancelled);
    expect(model.fed.length).toBeLessThan(8 + 6);
  });
  test.each([1, 2, 3, 5])('a cancellation at check %i is seen between steps', async (check) => {
    const model = scripted(encode('bcdefgh'));
    const long = request('z'.repeat(2 * chunkBytes - 20));
    await expect(new Generator(manifest, model).complete(long, cancelledAt(check))).rejects.toThrow(Cancelled);
    expect(model.runs).toHaveLength(check - 1);
  });
});

describe.each(packages)('$name: caches change nothing', ({ directory }) => {
  let model: Blt;
  const code = readFileSync(path.join(root, 'test/unit/architecture.test.ts'), 'utf8');
  beforeAll(async () => {
    model = await loadModel(directory);
  });
  const complete = async (generator: Generator, prefix: string, suffix: string) => {
    const { bytes, stop } = await generator.complete(request(prefix, { suffix: encode(suffix), maxBytes: 12 }), always);
    return { text: Buffer.from(bytes).toString('latin1'), stop };
  };
  const fresh = () => new Generator(model.manifest, new BltState(model));

  test('typing, deleting, going elsewhere, a document that outgrows the context', async () => {
    const generator = fresh();
    const prompts: [string, string][] = [
      [code.slice(0, 700), ';\n'],
      [code.slice(0, 701), ';\n'],
      [code.slice(0, 690), ';\n'],
      [`${code.slice(0, 690)}äß`, ';\n'],
      [code.slice(300, 400), ''],
      [code.slice(0, 700), ''],
      [code.slice(0, 3000), ''],
      [code.slice(0, 3001), ''],
      ['', code.slice(0, 900)],
      ['', ''],
    ];
    for (const prompt of prompts)
      expect(await complete(generator, ...prompt)).toEqual(await complete(fresh(), ...prompt));
  });

  test('a block, and what comes after it', async () => {
    const generator = fresh();
    const start = code.indexOf('{\n') + 1;
    const inBlock = (of: Generator, text: string) =>
      of.complete(request(text, { block: { indentation: '', maxLines: 4 }, maxBytes: 60 }), always);
    for (const text of [code.slice(0, start), `${code.slice(0, start)}\n  `, code.slice(0, start + 40)]) {
      const [kept, anew] = [await inBlock(generator, text), await inBlock(fresh(), text)];
      expect([kept.bytes, kept.stop]).toEqual([anew.bytes, anew.stop]);
      kept.confidences.forEach((one, i) => {
        expect(one).toBeCloseTo(anew.confidences[i] ?? NaN, 4);
      });
      // The first line is what is said without a block.
      const line = await complete(fresh(), text, '');
      expect(Buffer.from(kept.bytes).toString('latin1').startsWith(line.text)).toBe(true);
    }
  });

  test('a cancelled completion leaves a good state', async () => {
    const generator = fresh();
    for (const check of [2, 3, 6, 9]) {
      // A model that has little to say may be done before it hears of it.
      const other = request(code.slice(0, 500 + check));
      await generator.complete(other, cancelledAt(check)).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Cancelled);
      });
      expect(await complete(generator, code.slice(0, 450), '')).toEqual(
        await complete(fresh(), code.slice(0, 450), ''),
      );
    }
  });
});
