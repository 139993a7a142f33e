// The provider itself without VS Code: the simulated typist at it, and the law that reusing an answer changes no answer.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompleteRequest, Engine } from '../../../src/core/engine';
import { aborted } from '../../../src/engine/protocol';
import { defaultSettings, provide } from '../../../bench/provider';
import { automatically, CancellationTokenSource, edit, open, TextDocument } from '../../../bench/standIn/vscode';
import { typeWith } from '../../../bench/typist';
import { install } from '../../../bench/virtualTime';
import { ScriptedEngine, scriptedResult } from '../editor/scriptedEngine';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const fail = (error: unknown) => {
  throw error;
};
const answer = (text: string) => {
  const sure = new Float32Array(encode(text).length).fill(0.9);
  return { ...scriptedResult, bytes: encode(text), probabilities: sure, confidences: sure };
};

/** The rest of the line of a text, for a prompt that is a beginning of it. */
const oracle =
  (text: string) =>
  ({ prefix }: CompleteRequest): string => {
    const typed = decode(prefix);
    return text.startsWith(typed) ? (/^[^\n]*/.exec(text.slice(typed.length))?.[0] ?? '') : '';
  };

const segment = 'const total = prices.sum();\n  return total;\n}\n';
const file = { path: 'a.ts', languageId: 'typescript', before: 'function f() {\n', segment };
const rhythm = { intervalMs: 231, reactionMs: 300 };

describe('the typist', () => {
  install();

  test('takes what is right once it was seen for long enough', async () => {
    const said = oracle(file.before + segment);
    const engine = new ScriptedEngine({ complete: (request) => Promise.resolve(answer(said(request))) });
    const typed = await typeWith(provide(engine, { fail }), file, rhythm);
    // Each character, three Enters; the indentation is free.
    expect(typed.keysAlone).toBe(27 + 1 + 13 + 1 + 1 + 1);
    expect(typed.accepted).toBe(2);
    expect(typed.right).toBe(typed.shown);
    // In each line the keys that are typed until the text can be taken, Tab, Enter.
    expect(typed.keys).toBeLessThan(15);
    expect(engine.calls.length).toBeLessThan(12);
  });

  test('never takes what is wrong', async () => {
    const engine = new ScriptedEngine({ complete: () => Promise.resolve(answer('const wrong = 1;')) });
    const typed = await typeWith(provide(engine, { fail }), file, rhythm);
    expect([typed.accepted, typed.keys]).toEqual([0, typed.keysAlone]);
    expect(typed.shown).toBeGreaterThan(0);
    expect(typed.right).toBe(0);
  });

  test('does not wait for an engine that is slower than the keys, which hears at once that it is not wanted', async () => {
    let given = 0;
    const complete: Engine['complete'] = (_request, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          given++;
          reject(aborted());
        });
      });
    const typed = await typeWith(
      provide(new ScriptedEngine({ complete }), { fail }),
      { ...file, segment: 'ab' },
      { intervalMs: 60, reactionMs: 0 },
    );
    expect(typed).toMatchObject({ keys: 3, shown: 0, accepted: 0 });
    expect(given).toBeLessThanOrEqual(3);
  });

  test('typing what is shown takes less than 5 ms a key', async () => {
    const long = {
      ...file,
      before: 'let number = 1;\n'.repeat(4_000),
      segment: 'let text = [1, 2, 3].map(String).join(", ");',
    };
    // A long file's prompt does not begin where the file does.
    const line = ({ prefix }: CompleteRequest) => decode(prefix).slice(decode(prefix).lastIndexOf('\n') + 1);
    const engine = new ScriptedEngine({
      complete: (request) => Promise.resolve(answer(long.segment.slice(line(request).length))),
    });
    const runs: (readonly number[])[] = [];
    for (let run = 0; run < 5; run++) {
      const { goneOnMs } = await typeWith(provide(engine, { fail }), long, { ...rhythm, reactionMs: Infinity });
      runs.push(goneOnMs);
    }
    // The machine may do other work besides, so the least of a few times for each key.
    const least = (runs[0] ?? []).map((_, key) => Math.min(...runs.map((times) => times[key] ?? Infinity)));
    const sorted = least.toSorted((a, b) => a - b);
    expect(sorted.length).toBeGreaterThan(30);
    expect(sorted[Math.floor(0.95 * sorted.length)]).toBeLessThan(5);
  });
});

test('whatever is typed, taken back and asked at whatever time: the provider says what it would say of the text anew', async () => {
  const text = 'abab(ab)';
  const said = oracle(text);
  const key = fc.constantFrom('next', 'next', 'back', 'a', 'b', '(', 'wait', 'ask', 'ask', 'ask', 'cancel');
  /** What a fresh provider with a fast engine shows. */
  const fresh = (typed: string) => {
    const rest = said({ prefix: encode(typed) } as CompleteRequest);
    return rest.length > 0 ? rest : undefined;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 40 }), async (keys) => {
      let steps: (() => void)[] = [];
      /** Says a byte at each step, and the answer in the end. */
      const complete: Engine['complete'] = (request, signal, onBytes) =>
        new Promise((resolve, reject) => {
          const whole = said(request);
          let length = 0;
          signal?.addEventListener('abort', () => {
            reject(aborted());
          });
          const step = () => {
            if (signal?.aborted) return;
            if (length === whole.length) resolve(answer(whole));
            else {
              onBytes?.(encode(whole.slice(0, ++length)));
              steps.push(step);
            }
          };
          steps.push(step);
        });
      const run = async (most: number) => {
        for (let count = 0; count < most && steps.length > 0; count++) {
          const [now, ...later] = steps;
          steps = later;
          now?.();
          await new Promise(setImmediate);
        }
      };
      const settings = { ...defaultSettings(), gate: 0.3 };
      const provider = provide(new ScriptedEngine({ complete }), { settings, fail });
      const document = new TextDocument('/a.txt', 'plaintext', '');
      open(document);
      let source = new CancellationTokenSource();
      const ask = () => {
        const cursor = document.positionAt(document.getText().length);
        return provider.provideInlineCompletionItems(document as never, cursor as never, automatically, source.token);
      };
      for (const one of keys) {
        const typed = document.getText();
        if (one === 'wait') await run(2);
        else if (one === 'cancel') source.cancel();
        else if (one === 'ask') {
          const asked = ask();
          const state = { isAnswered: false };
          const end = () => {
            state.isAnswered = true;
          };
          asked.then(end, end);
          // Its debounce is a timer.
          while (!state.isAnswered) {
            await new Promise((resolve) => setTimeout(resolve, 0));
            await run(Infinity);
          }
          const [item] = await asked;
          const got = item?.insertText;
          if (!source.token.isCancellationRequested) expect(got).toBe(fresh(typed));
        } else {
          const back = one === 'back';
          if (back && typed === '') continue;
          const inserted = back ? '' : one === 'next' ? text.charAt(typed.length) : one;
          const rangeOffset = typed.length - (back ? 1 : 0);
          if (!back && inserted === '') continue;
          edit(document, { rangeOffset, rangeLength: back ? 1 : 0, text: inserted });
          // As VS Code does, right behind the edit; without waiting for what is asked then.
          source.cancel();
          source = new CancellationTokenSource();
          void ask();
        }
      }
      source.cancel();
      provider.dispose();
    }),
    { numRuns: 100 },
  );
});
