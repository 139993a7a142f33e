/**
 * Text that looks like a secret: it was learnt or copied from somewhere, is wrong here for certain, and is nothing that
 * anybody wants to see on a shared screen.
 */

/** The heads that issuers give their keys and tokens, with as much behind them as tells them from a name. */
const heads = new RegExp(
  [
    'AKIA[A-Z0-9]{8,}|ASIA[A-Z0-9]{8,}', // Amazon
    'AIza[\\w-]{16,}', // Google
    'ya29\\.[\\w-]{10,}',
    'gh[pousr]_\\w{10,}|github_pat_\\w{10,}', // GitHub
    'glpat-[\\w-]{10,}', // GitLab
    'xox[abprs]-[\\w-]{8,}', // Slack
    'sk-[A-Za-z0-9_-]{16,}|[sr]k_(?:live|test)_\\w{8,}', // OpenAI, Anthropic, Stripe
    'hf_[A-Za-z0-9]{16,}', // Hugging Face
    'npm_[A-Za-z0-9]{16,}|pypi-[\\w-]{16,}', // registries
    'SG\\.[\\w-]{12,}\\.', // SendGrid
    'eyJ[\\w-]{8,}\\.[\\w-]{8,}', // JSON web token
    '-----BEGIN [A-Z ]*PRIVATE KEY',
  ].join('|'),
);

/** Runs of the letters in which keys are written: base64, base64url and hexadecimal digits. */
const runs = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
const addresses = /\w+:\/\/[^\s'"`)>]*/g;

/** Bits per character, of the characters of the text itself. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** A name has words, which are a few letters of one case; a random run changes between letters, digits and cases all the time. */
function isRandom(run: string): boolean {
  if (/^[0-9a-f]+$/.test(run) || /^[0-9A-F]+$/.test(run)) return run.length >= 32 && entropy(run) > 3;
  if (!(/[0-9]/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run))) return false;
  const pieces = run.match(/[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[+/_-]/g) ?? [];
  return entropy(run) > 3.8 && run.length / pieces.length < 2.6;
}

/** Whether a suggestion completes or contains such a text. What stands before the cursor may hold its beginning. */
export function looksSecret(text: string, line: string): boolean {
  const whole = line + text;
  const isNew = (end: number) => end > line.length;
  const head = [...whole.matchAll(new RegExp(heads, 'g'))];
  if (head.some((match) => isNew(match.index + match[0].length))) return true;
  // The path of an address is long and odd without being secret.
  const bare = whole.replace(addresses, (address) => ' '.repeat(address.length));
  return [...bare.matchAll(runs)].some((match) => isNew(match.index + match[0].length) && isRandom(match[0]));
}
