// The promise of the engine: what it writes with caches, byte by byte, is what it would write if it read everything again.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BltState } from '../../../src/engine/bltState';
import { chunkBytes } from '../../../src/engine/byteState';
import { argmax, loadModel, packages, root } from './packages';

const generatedBytes = 10_000;

test.each(packages)(
  '$name: ten thousand greedy bytes, with caches and without',
  async ({ directory }) => {
    const model = await loadModel(directory);
    const { bos, idOffset, vocabulary, context } = model.manifest;
    const code = readFileSync(path.join(root, 'test/unit/architecture.test.ts'));
    for (let done = 0, round = 0; done < generatedBytes; round++) {
      const length = 20 + ((round * 97) % (context.maxBytes >> 1));
      const prompt = code.subarray((round * 311) % 2000).subarray(0, length);
      const ids = [bos, ...[...prompt].map((byte) => byte + idOffset)];
      const state = new BltState(model);
      let logits = state.feed(Uint16Array.from(ids));
      const prompted = ids.length;
      while (ids.length < context.maxBytes && done + ids.length - prompted < generatedBytes) {
        ids.push(argmax(logits));
        logits = state.feed(Uint16Array.of(ids.at(-1) as number));
      }
      const all = new BltState(model);
      const again: number[] = [];
      for (let at = 0; at < ids.length; at += chunkBytes) {
        const chunk = all.feedChunk(Uint16Array.from(ids.slice(at, at + chunkBytes)));
        for (let row = 0; row < chunk.length; row += vocabulary)
          again.push(argmax(chunk.subarray(row, row + vocabulary)));
      }
      expect(ids.slice(prompted)).toEqual(again.slice(prompted - 1, -1));
      expect(state.patchEnds).toEqual(all.patchEnds);
      done += ids.length - prompted;
    }
  },
  240_000,
);
