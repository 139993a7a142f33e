// What a trace tells is what the engine did, and asking for one changes nothing else.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompleteRequest, CompletionTrace } from '../../../src/core/engine';
import { candidatesPerByte, engineParts } from '../../../src/core/engine';
import { completePrompt } from '../../../src/core/prompt';
import { entropyNats, startsPatch } from '../../../src/core/patcher';
import { emptyState } from '../../../src/engine/architectures';
import { BltState } from '../../../src/engine/bltState';
import { Generator } from '../../../src/engine/generate';
import { Model } from '../../../src/engine/model';
import { StatePool } from '../../../src/engine/statePool';
import { megabyteDirectory, packages } from './packages';

const load = (modelDirectory: string) => Model.load({ modelDirectory });
/** The smallest BLT. */
const tiny = packages.find(({ name }) => name === 'windowed-tiny')?.directory ?? '';

const always = { isCancellationRequested: false };
const text = `export class Inventory {
  private readonly items = new Map<string, Item>();
  add(item: Item): void { this.items.set(item.name, item); }
  remove(name: string): void { this.items.del`;

const request = (more: Partial<CompleteRequest> = {}): CompleteRequest => ({
  path: 'inventory.ts',
  prefix: new TextEncoder().encode(text),
  suffix: new TextEncoder().encode(');\n}\n'),
  maxBytes: 24,
  minConfidence: 0,
  ...more,
});

describe.each([...packages, { name: 'megabyte-tiny', directory: megabyteDirectory }])('$name', ({ directory }) => {
  let model: Model;
  beforeAll(async () => {
    model = await load(directory);
  });
  afterAll(() => {
    model.dispose();
  });

  const complete = (more?: Partial<CompleteRequest>) =>
    new Generator(model.manifest, new StatePool(model, 64e6)).complete(request(more), always);

  test('the completion is the same with and without, and only the one asked for has a trace', async () => {
    const plain = await complete();
    const traced = await complete({ trace: true });
    expect(plain.trace).toBeUndefined();
    expect([...traced.bytes]).toEqual([...plain.bytes]);
    expect([...traced.probabilities]).toEqual([...plain.probabilities]);
    expect([traced.stop, traced.patches, traced.drafted]).toEqual([plain.stop, plain.patches, plain.drafted]);
  });

  test('its bytes and probabilities are those of the completion, its entropies and patches those of the state', async () => {
    const { bytes, probabilities, trace } = await complete({ trace: true });
    const { steps } = trace as CompletionTrace;
    const said = steps.filter((step) => step.said);
    expect(said.map((step) => step.byte)).toEqual([...bytes]);
    expect(said.map((step) => Math.fround(step.probability))).toEqual([...probabilities]);

    // Byte by byte, without reading ahead.
    const { manifest } = model;
    const state = emptyState(model);
    const ids = completePrompt(request(), manifest);
    let logits = state.feed(ids);
    for (const [i, step] of said.entries()) {
      const own = entropyNats({ logits, at: 0, vocabulary: manifest.vocabulary });
      const nats = state instanceof BltState ? (state.entropies.at(-1) as number) : own;
      expect(step.entropyNats).toBeCloseTo(nats, 4);
      const position = ids.length + i;
      const { patching } = manifest;
      expect(step.startsPatch).toBe(
        patching.rule === 'fixed'
          ? position % patching.bytes === 0
          : startsPatch(position, step.entropyNats, patching.thresholdNats),
      );
      expect(step.candidateBytes).toHaveLength(candidatesPerByte);
      expect([...step.candidateProbabilities]).toEqual([...step.candidateProbabilities].sort((a, b) => b - a));
      logits = state.feed(Uint16Array.of(step.byte + manifest.idOffset));
    }
  });

  test('every run is timed under the name of its part, and no step that was read ahead ran a graph', async () => {
    const { trace } = await complete({ trace: true });
    const { promptMs, steps } = trace as CompletionTrace;
    const graphs = Object.keys(model.manifest.graphs);
    expect(
      Object.keys(promptMs)
        .filter((part) => part !== 'copying')
        .sort(),
    ).toEqual([...graphs].sort());
    for (const { ms, readAhead } of steps.slice(1)) {
      for (const [part, time] of Object.entries(ms)) {
        expect(engineParts).toContain(part);
        expect(time).toBeGreaterThanOrEqual(0);
      }
      const ran = Object.keys(ms).filter((part) => part !== 'copying');
      if (readAhead) expect(ran).toEqual([]);
      else expect(ran.length).toBeGreaterThan(0);
    }
  });
});

test('a completion that stops because it is unsure tells the byte that it did not say', async () => {
  const model = await load(tiny);
  const generator = new Generator(model.manifest, new StatePool(model, 64e6));
  const { bytes, stop, doubtedByte, trace } = await generator.complete(
    request({ trace: true, minConfidence: 0.999 }),
    always,
  );
  expect(stop).toBe('unsure');
  const last = trace?.steps.at(-1);
  expect([last?.said, last?.byte]).toEqual([false, doubtedByte]);
  expect(trace?.steps).toHaveLength(bytes.length + 1);
  model.dispose();
});

test('nobody listens to the state any more when a completion was cancelled', async () => {
  const model = await load(tiny);
  const state = emptyState(model);
  const cancelled = { isCancellationRequested: true };
  await expect(new Generator(model.manifest, state).complete(request({ trace: true }), cancelled)).rejects.toThrow();
  expect(state.onPart).toBeUndefined();
  model.dispose();
});
