/** A rough lexer for eleven languages: what a typo may hit, and what an odd space may stand beside. */

import { isSpace } from './white';

/** c comment, s string, k keyword, i identifier, n number, o operator, w white space, x prose. */
export type Region = 'c' | 's' | 'k' | 'i' | 'n' | 'o' | 'w' | 'x';

const lineComments: Readonly<Record<string, string>> = {
  python: '#',
  typescript: '//',
  javascript: '//',
  go: '//',
  rust: '//',
  c_cpp: '//',
  java: '//',
};

const javascript =
  'async await break case catch class const continue default delete do else export extends finally for from function if import in instanceof let new of return static super switch this throw try typeof var void while yield null true false undefined';
const keywords: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    python:
      'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield None True False self',
    javascript,
    typescript: `${javascript} interface type enum implements private public protected readonly namespace declare abstract as keyof string number boolean any unknown never`,
    go: 'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var nil true false',
    rust: 'as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait type unsafe use where while true false',
    c_cpp:
      'auto bool break case catch char class const constexpr continue default delete do double else enum explicit extern false float for friend if inline int long namespace new nullptr operator private protected public return short signed sizeof static struct switch template this throw true try typedef typename union unsigned using virtual void volatile while',
    java: 'abstract boolean break byte case catch char class const continue default do double else enum extends final finally float for if implements import instanceof int interface long native new null package private protected public return short static super switch synchronized this throw throws transient try void volatile while true false',
  }).map(([language, list]) => [language, new Set(list.split(' '))]),
);

const identifier = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const numeral = /[0-9A-Za-z_.]+/y;
const rustCharacter = /^'(\\.[^']*|[^\\'])'/u;

/** The match of a sticky pattern at a place, if any. */
function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** One region for every UTF-16 code unit of `text`. */
export function regions(text: string, language: string): Region[] {
  if (language === 'markdown')
    return Array.from({ length: text.length }, (_, i) => (isSpace(text[i] ?? '') ? 'w' : 'x'));
  const out = new Array<Region>(text.length).fill('o');
  let at = 0;
  while (at < text.length) {
    const [end, region] = token(text, at, language);
    for (let i = at; i < Math.min(end, text.length); i++) {
      out[i] = (region === 'c' || region === 's') && text[i] === '\n' ? 'w' : region;
    }
    at = end;
  }
  return out;
}

/** Where the token that starts at `at` ends, and what it is. */
function token(text: string, at: number, language: string): [end: number, region: Region] {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const next = at + character.length;
  const startsWith = (what: string) => text.startsWith(what, at);
  const upTo = (what: string, from: number, more: number) => {
    const found = text.indexOf(what, from);
    return found < 0 ? text.length : found + more;
  };
  const lineComment = lineComments[language];
  if (isSpace(character)) return [next, 'w'];
  if (language === 'html' && startsWith('<!--')) return [upTo('-->', at + 4, 3), 'c'];
  if (!['python', 'html', 'json'].includes(language) && startsWith('/*')) return [upTo('*/', at + 2, 2), 'c'];
  if (lineComment && startsWith(lineComment) && !(lineComment === '//' && at > 0 && text[at - 1] === ':')) {
    return [upTo('\n', at, 0), 'c'];
  }
  // A docstring counts as a comment.
  if (language === 'python' && (startsWith('"""') || startsWith("'''"))) {
    return [upTo(text.slice(at, at + 3), at + 3, 3), 'c'];
  }
  if ('"\'`'.includes(character) && language !== 'html') {
    const isLifetime = language === 'rust' && character === "'" && !rustCharacter.test(firstCharacters(text, at, 12));
    return isLifetime ? [next, 'o'] : [stringEnd(text, at, character), 's'];
  }
  if (/^[\p{L}_$]$/u.test(character)) {
    const end = at + (matchAt(identifier, text, at) ?? character).length;
    return [end, keywords[language]?.has(text.slice(at, end)) ? 'k' : 'i'];
  }
  if (/^[0-9]$/.test(character)) return [at + (matchAt(numeral, text, at) ?? character).length, 'n'];
  return [next, 'o'];
}

const firstCharacters = (text: string, at: number, count: number): string =>
  Array.from(text.slice(at, at + 2 * count))
    .slice(0, count)
    .join('');

/** A string ends at its quote, or at the end of its line if it may not go on there. */
function stringEnd(text: string, at: number, quote: string): number {
  let i = at + 1;
  while (i < text.length && text[i] !== quote && !(text[i] === '\n' && quote !== '`')) i += text[i] === '\\' ? 2 : 1;
  return Math.min(text.length, i + 1);
}
