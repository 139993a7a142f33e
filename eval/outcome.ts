/** One question, answered and judged. */

import { encodeUtf8 } from '../src/core/bytes';
import { searchBytesFor } from '../src/core/suggestion';
import type { Completer, Completion, Prompt } from './completer';
import type { Condition } from './conditions';
import type { Item } from './data';
import { editSimilarity, exactMatch, exactMatchOfWords, isCopyAmbiguous, rightBytes } from './metrics';

export interface Outcome {
  readonly item: Item;
  readonly condition: string;
  /** Whether the text after the cursor was given. */
  readonly withSuffix: boolean;
  readonly exact: boolean;
  readonly exactWords: boolean;
  readonly similarity: number;
  /** Right bytes from the cursor on, and bytes of the target. */
  readonly right: number;
  readonly targetBytes: number;
  /** −log2 p of the target; NaN where it is not known. */
  readonly bits: number;
  /** In the whole completion; NaN where it is not known. */
  readonly confidence: number;
  /** See isCopyAmbiguous. */
  readonly ambiguous: boolean;
}

/** Longer than any target; also what the engine's context leaves for generated text. */
const limits = { maxBytes: 128, minConfidence: 0 };

interface How {
  readonly withSuffix: boolean;
  /** Whether the bits of the target are wanted. */
  readonly scored: boolean;
  /** Whether the answer is not searched for. */
  readonly greedy: boolean;
}

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);

export async function ask(
  completer: Completer,
  item: Item,
  condition: Condition,
  prefix: string,
  { withSuffix, scored, greedy }: How,
): Promise<Outcome> {
  const { package: name, path } = item.file;
  const prompt: Prompt = { package: name, path, prefix, suffix: withSuffix ? item.suffix : '' };
  const completion = await completer.complete(prompt, {
    ...limits,
    ...(!greedy && { searchBytes: searchBytesFor(0) }),
  });
  // Right after the completion, so that the engine has the prompt in its caches.
  const bits = scored && completer.score ? sum(await completer.score(prompt, item.target)) : NaN;
  return { ...judge(completion, item, condition, prefix), condition: condition.id, withSuffix, bits };
}

function judge(
  { text, confidences }: Completion,
  item: Item,
  { blind }: Pick<Condition, 'blind'>,
  prefix: string,
): Omit<Outcome, 'condition' | 'withSuffix' | 'bits'> {
  const isBlind = blind === 'leading' || (blind === 'newline' && item.kind === 'newline');
  const seen = (line: string) => (isBlind ? line.trimStart() : line);
  const [said, truth] = [seen(text), seen(item.target)];
  return {
    item,
    exact: exactMatch(said, truth),
    exactWords: exactMatchOfWords(said, truth),
    similarity: editSimilarity(said, truth),
    right: rightBytes(said, truth),
    targetBytes: encodeUtf8(item.target).length,
    confidence: confidences.at(-1) ?? NaN,
    ambiguous: isCopyAmbiguous(item.target, item.prefix, prefix),
  };
}
