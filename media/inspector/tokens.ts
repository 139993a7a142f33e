/** A BPE tokeniser, for comparison: a bundle of its own, since its vocabulary is large. Loaded by tokenizer.ts. */
import encoding from 'gpt-tokenizer/encoding/cl100k_base';
import ranks from 'gpt-tokenizer/bpeRanks/cl100k_base';
import type { TokenLengths } from './tokenizer';

const encoder = new TextEncoder();
/** Text that looks like a special token is text. */
const anything = { disallowedSpecial: new Set<string>() };

const tokenLengths: TokenLengths = (text) =>
  encoding.encode(text, anything).map((token) => {
    const bytes = ranks[token];
    return typeof bytes === 'string' ? encoder.encode(bytes).length : (bytes?.length ?? 0);
  });

(globalThis as { bytewiseTokenLengths?: TokenLengths }).bytewiseTokenLengths = tokenLengths;
