/**
 * Whether a cursor stands in code, in a comment or in a string, where no syntax tree tells (syntax.ts): in languages without a
 * grammar, in huge files, and behind an open quote. A scan by families of languages, which is right for nearly every line that
 * people write. It does not know macros, heredocs or code inside of a template's `${}`
 * that itself holds templates, and takes an apostrophe in the text of JSX for a string up to the end of the line.
 */

export type TextKind = 'code' | 'comment' | 'string';

interface Delimited {
  readonly open: string;
  readonly close: string;
  readonly kind: 'comment' | 'string';
  /** Ends at the end of the line, whether closed or not. */
  readonly oneLine?: true;
  /** A backslash takes the next character along. */
  readonly escapes?: true;
  /** `${` inside of it begins code, up to `}`. */
  readonly holes?: true;
}

interface Family {
  readonly parts: readonly Delimited[];
  /** A slash where no value stands before it begins a regular expression. */
  readonly regex?: true;
  /** A quote is a character only if it closes at once; else it is a lifetime. */
  readonly lifetimes?: true;
}

const line = (open: string): Delimited => ({ open, close: '\n', kind: 'comment', oneLine: true });
const block = (open: string, close: string): Delimited => ({ open, close, kind: 'comment' });
const quoted = (quote: string): Delimited => ({
  open: quote,
  close: quote,
  kind: 'string',
  oneLine: true,
  escapes: true,
});
const long = (open: string, close = open): Delimited => ({ open, close, kind: 'string', escapes: true });

const quotes = [quoted('"'), quoted("'")];
const cComments = [line('//'), block('/*', '*/')];

// An earlier part is tried first, so that `"""` is not taken for an empty string.
const c: Family = { parts: [...cComments, ...quotes] };
const javaLike: Family = { parts: [...cComments, long('"""'), ...quotes] };
const script: Family = {
  parts: [...cComments, ...quotes, { open: '`', close: '`', kind: 'string', escapes: true, holes: true }],
  regex: true,
};
const go: Family = { parts: [...cComments, ...quotes, { open: '`', close: '`', kind: 'string' }] };
const rust: Family = {
  parts: [...cComments, { open: 'r#"', close: '"#', kind: 'string' }, long('"')],
  lifetimes: true,
};
const python: Family = { parts: [line('#'), long('"""'), long("'''"), ...quotes] };
const hash: Family = { parts: [line('#'), ...quotes] };
const php: Family = { parts: [line('#'), ...cComments, long('"'), long("'")] };
const css: Family = { parts: [block('/*', '*/'), ...quotes] };
const scss: Family = { parts: [...cComments, ...quotes] };
const sql: Family = { parts: [line('--'), block('/*', '*/'), ...quotes] };
const lua: Family = {
  parts: [block('--[[', ']]'), line('--'), { open: '[[', close: ']]', kind: 'string' }, ...quotes],
};
const haskell: Family = { parts: [block('{-', '-}'), line('--'), quoted('"')] };
const lisp: Family = { parts: [line(';'), long('"')] };
const markup: Family = { parts: [block('<!--', '-->')] };
const percent: Family = { parts: [line('%')] };
const basic: Family = { parts: [line("'"), quoted('"')] };

const families: Readonly<Record<string, Family>> = {
  ...named(c, 'c cpp csharp objective-c objective-cpp cuda-cpp proto3 jsonc json hlsl glsl zig solidity'),
  ...named(javaLike, 'java kotlin scala swift dart groovy'),
  ...named(script, 'javascript javascriptreact typescript typescriptreact vue svelte'),
  ...named(go, 'go'),
  ...named(rust, 'rust'),
  ...named(python, 'python starlark'),
  ...named(
    hash,
    'shellscript yaml toml ruby perl r makefile dockerfile cmake powershell elixir julia nim coffeescript',
  ),
  ...named(hash, 'ini properties terraform ignore gdscript'),
  ...named(php, 'php'),
  ...named(css, 'css'),
  ...named(scss, 'scss less'),
  ...named(sql, 'sql'),
  ...named(lua, 'lua'),
  ...named(haskell, 'haskell elm purescript'),
  ...named(lisp, 'clojure lisp scheme racket'),
  ...named(markup, 'html xml xsl svg'),
  ...named(percent, 'latex tex matlab erlang'),
  ...named(basic, 'vb'),
};

function named(family: Family, languages: string): Record<string, Family> {
  return Object.fromEntries(languages.split(' ').map((language) => [language, family]));
}

/**
 * The kind of text at the end of `before`, which begins at the start of the file, or of a line in code. In a language that
 * no family stands for, everything is code.
 */
export function textKind(before: string, language: string): TextKind {
  const family = families[language];
  if (!family) return 'code';
  /** For each template that is open around the place: how many braces are open in its hole. */
  const holes: number[] = [];
  let part: Delimited | undefined;
  let at = 0;
  while (at < before.length) {
    // Most characters begin and end nothing; they are passed over in one go.
    at = nextOf(part ? stopsOf(part) : stopsOf(family), before, at);
    if (at >= before.length) break;
    if (part) {
      if (before.startsWith(part.close, at) || (part.oneLine && before[at] === '\n')) {
        at += before.startsWith(part.close, at) ? part.close.length : 1;
        part = undefined;
      } else if (part.escapes && before[at] === '\\') at += 2;
      else if (part.holes && before.startsWith('${', at)) {
        holes.push(0);
        part = undefined;
        at += 2;
      } else at++;
      continue;
    }
    part = family.parts.find(({ open }) => before.startsWith(open, at));
    if (part) {
      at += part.open.length;
      continue;
    }
    if (family.regex && before[at] === '/' && !endsInValue(before.slice(Math.max(0, at - 80), at))) {
      at += regexLength(before, at);
    } else if (family.lifetimes && before[at] === "'") {
      at += /^'(\\[^\n]{1,10}?|[^\\\n])'/u.exec(before.slice(at, at + 14))?.[0].length ?? 1;
    } else {
      const depth = holes.at(-1);
      if (depth !== undefined && before[at] === '{') holes[holes.length - 1] = depth + 1;
      else if (depth !== undefined && before[at] === '}') {
        if (depth > 0) holes[holes.length - 1] = depth - 1;
        else {
          holes.pop();
          part = family.parts.find((one) => one.holes);
        }
      }
      at++;
    }
  }
  return part?.kind ?? 'code';
}

/** Characters at which a part may end, or in code one may begin; made once. */
const stops = new Map<Delimited | Family, RegExp>();

function stopsOf(of: Delimited | Family): RegExp {
  const known = stops.get(of);
  if (known) return known;
  const characters =
    'parts' in of
      ? [...of.parts.map(({ open }) => open.charAt(0)), of.regex ? '/' : '', of.lifetimes ? "'" : '', '{', '}']
      : [of.close.charAt(0), of.oneLine ? '\n' : '', of.escapes ? '\\' : '', of.holes ? '$' : ''];
  const made = new RegExp(`[${[...new Set(characters)].map((one) => one && `\\u${hex(one)}`).join('')}]`, 'g');
  stops.set(of, made);
  return made;
}

const hex = (character: string) => character.charCodeAt(0).toString(16).padStart(4, '0');

function nextOf(characters: RegExp, text: string, from: number): number {
  characters.lastIndex = from;
  return characters.exec(text)?.index ?? text.length;
}

const wordCharacter = /[\p{L}\p{N}\p{Cs}_$.]/u;
const valueEnd = /[\p{L}\p{N}\p{Cs}_$)\]}'"`]/u;
const beforeValues = ['return', 'typeof', 'case', 'in', 'of', 'await', 'yield'];

/**
 * After a value a slash divides; after a keyword, an operator or an opening bracket it begins a regular expression. Looks at
 * single characters: patterns that end in `$` try every place of the text, which took half of the scan's time.
 */
function endsInValue(text: string): boolean {
  const written = text.trimEnd();
  if (!valueEnd.test(written.slice(-1))) return false;
  return !beforeValues.some(
    (word) => written.endsWith(word) && !wordCharacter.test(written.charAt(written.length - word.length - 1)),
  );
}

/** A regular expression with its slashes, or the one slash if none is closed in the line. */
function regexLength(text: string, at: number): number {
  let inClass = false;
  for (let end = at + 1; end < text.length && text[end] !== '\n'; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === '[') inClass = true;
    else if (text[end] === ']') inClass = false;
    else if (text[end] === '/' && !inClass) return end + 1 - at;
  }
  return 1;
}
