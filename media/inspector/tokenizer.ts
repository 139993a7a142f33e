/** Tokens of a text by the vocabulary cl100k_base, which GPT-4 uses and Llama 3 builds on; loaded when first asked for. */
import { decodeUtf8 } from '../../src/core/bytes';
import { startsOf, type Starts } from '../../src/core/pieces';

/** The lengths of the tokens of a text, in bytes of UTF-8. */
export type TokenLengths = (text: string) => number[];

export const vocabularyName = 'cl100k_base';

const page = document.currentScript as HTMLScriptElement | null;
let loading: Promise<TokenLengths> | undefined;

function load(): Promise<TokenLengths> {
  return (loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    // The nonce of a script that runs can be read by property alone.
    script.nonce = page?.nonce ?? '';
    script.src = page?.dataset['tokens'] ?? '';
    script.addEventListener('load', () => {
      const { bytewiseTokenLengths } = globalThis as { bytewiseTokenLengths?: TokenLengths };
      if (bytewiseTokenLengths) resolve(bytewiseTokenLengths);
      else reject(new Error(script.src));
    });
    script.addEventListener('error', () => {
      reject(new Error(script.src));
    });
    document.head.append(script);
  }));
}

/** Where tokens start; undefined if the bytes are no UTF-8, of which there are no tokens. */
export async function tokenStarts(bytes: Uint8Array): Promise<Starts | undefined> {
  const lengths = await load();
  const starts = startsOf(lengths(decodeUtf8(bytes)));
  return starts.length === bytes.length ? starts : undefined;
}
