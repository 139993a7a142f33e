/** Brackets and quotes that a suggestion closes although nothing is open. */

import { firstLine, lastLine } from '../words';

const openerOf: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Brackets, and what hides brackets: quoted text in one line, comments. Families of languages differ little in these. */
const parts =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\\n])*`|\/\*[^]*?\*\/|(?<!:)\/\/[^\n]*|(?<!\S)#\s[^\n]*|[()[\]{}]/g;

interface Scan {
  /** Opening brackets that stay open, the innermost last. */
  readonly open: readonly string[];
  /** Closing brackets without an opening one, in their order, and where they stand. */
  readonly unmatched: readonly { readonly closer: string; readonly at: number }[];
}

function scan(text: string): Scan {
  const open: string[] = [];
  const unmatched: { closer: string; at: number }[] = [];
  for (const { 0: part, index } of text.matchAll(parts)) {
    const opener = openerOf[part];
    if (part.length > 1) continue;
    if (opener === undefined) open.push(part);
    else if (open.at(-1) === opener) open.pop();
    else unmatched.push({ closer: part, at: index });
  }
  return { open, unmatched };
}

/**
 * Cuts a text before the first bracket or quote that closes nothing: because the text after the cursor closes it already, or
 * because what is open before the cursor is of another kind.
 */
export function withoutUnmatched(text: string, before: string, after: string): string {
  const line = lastLine(before);
  const cut = withoutQuoteTooMany(text, line, firstLine(after));
  const { unmatched } = scan(cut);
  const [first] = unmatched;
  if (first === undefined) return cut;
  // With `(` before and `)` after the cursor in the same line, `a, b) {` may go no further than `a, b`.
  const closing = firstLine(after).trimStart().charAt(0);
  const same = unmatched.find(({ closer }) => closer === closing);
  if (same) return cut.slice(0, same.at);
  const open = scan(before).open.map(String);
  const closed = scan(after).unmatched;
  // Only if both count the same is it certain that every bracket has its other half.
  const isAllClosed =
    closed.length === open.length && closed.every(({ closer }, i) => openerOf[closer] === open.at(-1 - i));
  if (open.length > 0 && isAllClosed) return cut.slice(0, first.at);
  const here = scan(line).open;
  const wrong = unmatched.find(({ closer }, i) => i < here.length && openerOf[closer] !== here.at(-1 - i));
  return wrong ? cut.slice(0, wrong.at) : cut;
}

/** Between two quotes that stand there already, the text ends before it closes the first one again. */
function withoutQuoteTooMany(text: string, line: string, rest: string): string {
  const quote = rest.charAt(0);
  if (quote === '' || !'"\'`'.includes(quote)) return text;
  const bare = (part: string) => part.replace(/\\./g, '  ');
  if (bare(line).split(quote).length % 2 === 1) return text;
  const at = bare(text).indexOf(quote);
  return at < 0 ? text : text.slice(0, at);
}
