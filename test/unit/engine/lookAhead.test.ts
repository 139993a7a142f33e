// Reading ahead must be seen in nothing but the time it takes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CopySource, type CopyingWeights } from '../../../src/core/copying';
import type { CompleteRequest } from '../../../src/core/engine';
import { completePrompt } from '../../../src/core/prompt';
import { likeliestByte } from '../../../src/core/sampler';
import { stateAfter, withoutUnfinished } from '../../../src/core/utf8';
import { BltState } from '../../../src/engine/bltState';
import { Generator } from '../../../src/engine/generate';
import { LookAhead } from '../../../src/engine/lookAhead';
import { loadModel, packages, root } from './packages';

/** A model whose logits tell the ids that it was fed. */
function fedModel() {
  let fed: number[] = [];
  const runs: number[] = [];
  return {
    runs,
    fed: () => fed,
    get length() {
      return fed.length;
    },
    truncate: (length: number) => {
      fed = fed.slice(0, length);
    },
    feedChunk: (ids: Uint16Array) => {
      runs.push(ids.length);
      const logits = Float32Array.from({ length: 2 * ids.length }, (_, i) => {
        const row = i >> 1;
        const ends = [...fed, ...ids.subarray(0, row + 1)];
        return i % 2 === 0 ? ends.length : (ends.at(-1) as number);
      });
      fed = [...fed, ...ids];
      return logits;
    },
  };
}

test('every byte gets its own logits, whatever the drafts say, and what was not said is forgotten', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 60 }),
      fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 15 })),
      (said, drafts) => {
        const model = fedModel();
        const lookAhead = new LookAhead(model);
        let asked = 0;
        said.forEach((id, i) => {
          const logits = lookAhead.next(id, (most) => (drafts[asked++] ?? []).slice(0, most));
          expect([...logits]).toEqual([i + 1, id]);
        });
        lookAhead.end();
        expect(model.fed()).toEqual(said);
        const { drafted, accepted } = lookAhead.counts;
        expect(accepted).toBeLessThanOrEqual(drafted);
        expect(model.runs.length + accepted).toBe(said.length);
      },
    ),
  );
});

test('a text that is foretold takes few runs', () => {
  const model = fedModel();
  const lookAhead = new LookAhead(model);
  const text = Array.from({ length: 100 }, (_, i) => i);
  text.forEach((id, i) => lookAhead.next(id, (most) => text.slice(i + 1, i + 1 + most)));
  expect(model.runs.length).toBeLessThan(10);
});

describe.each(packages)('$name', ({ directory }) => {
  const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
  const code = read('test/unit/engine/lookAhead.test.ts');
  const { weights } = JSON.parse(read('test/fixtures/golden/copying.json')) as { weights: CopyingWeights };
  const encode = (text: string) => new TextEncoder().encode(text);

  test('completions are those of reading one byte at a time', async () => {
    const model = await loadModel(directory);
    const manifest = { ...model.manifest, copying: weights };
    const { idOffset, sentinels } = manifest;
    /** Greedy bytes, each read by itself. */
    const plainly = (request: CompleteRequest) => {
      const state = new BltState(model);
      const source = new CopySource(weights, request.prefix, request.suffix);
      const said: number[] = [];
      let logits = state.feed(completePrompt(request, manifest));
      while (said.length < request.maxBytes) {
        const character = stateAfter(Uint8Array.from([...request.prefix, ...said]));
        const byte = likeliestByte(source.mixed(logits, idOffset), 0, idOffset, character, sentinels?.end);
        if (byte === 0x0a || byte === 0x0d || byte === sentinels?.end) break;
        said.push(byte);
        source.follow(byte);
        logits = state.feed(Uint16Array.of(byte + idOffset));
      }
      return withoutUnfinished(Uint8Array.from(said));
    };
    const generator = new Generator(manifest, new BltState(model));
    let drafted = 0;
    let accepted = 0;
    for (let at = 300; at < 2300; at += 97) {
      const prefix = encode(code.slice(0, at) + code.slice(0, 40 + (at % 50)));
      const request = { path: 'a.ts', prefix, suffix: new Uint8Array(), maxBytes: 24, minConfidence: 0 };
      const result = await generator.complete(request, { isCancellationRequested: false });
      expect(Buffer.from(result.bytes).toString('latin1')).toBe(Buffer.from(plainly(request)).toString('latin1'));
      drafted += result.drafted ?? 0;
      accepted += result.accepted ?? 0;
    }
    expect(drafted).toBeGreaterThan(0);
    expect(accepted).toBeGreaterThan(0);
  });
});
