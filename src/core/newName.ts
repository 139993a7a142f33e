/** Whether a word is a new name where it stands: what is not known yet is no typo there. By looks, without a parser. */

const languages = (ids: string): ReadonlySet<string> => new Set(ids.split(' '));

/** `Type name` declares a name. */
const typeFirst = languages('c cpp cuda-cpp csharp java objective-c objective-cpp dart groovy php solidity hlsl glsl');
/** `const Type name`: what follows `const` is no new name. */
const constOfType = languages('c cpp cuda-cpp objective-c objective-cpp hlsl glsl');
/** The first assignment declares a name; elsewhere what is assigned to has been declared. */
const assignmentDeclares = languages(
  'python starlark ruby shellscript r perl julia lua elixir powershell matlab makefile php coffeescript dockerfile toml ini ' +
    'properties yaml terraform cmake gdscript',
);
/** Members come to be by assignment. */
const openMembers = languages('javascript javascriptreact vue svelte python ruby lua php coffeescript');
/** Words before a colon are no keys of somebody's own. */
const styleSheets = languages('css scss less');

/** A name that is declared follows these. */
const declaring =
  /(^|[^\p{L}\p{N}_$.])(const|let|var|val|def|class|function|fn|func|fun|sub|type|typedef|interface|struct|enum|trait|union|mod|module|namespace|package|protocol|record|object|define|undef|alias|as|for|catch|except|goto|label|property)\s+(\*\s*)?((mut|ref|async|static)\s+)*$/u;
const constBefore = /(^|[^\p{L}\p{N}_$.])const\s+$/u;

/** A line of these names what other files hold. */
const importing =
  /^\s*(#\s*(include|import|pragma|define)|import\b|from\b|use\b|using\b(?!.*=)|package\b|export\s.*\bfrom\b|extern crate\b|@import|require\b|.*\brequire\s*\(|\}\s*from\b)/;

/** Parameters are listed behind these. */
const parameters = /(^|[^\p{L}\p{N}_$.])(function|def|fn|func|fun|lambda|sub|catch)(?![\p{L}\p{N}_$])[^)]*[(,*|]\s*$/u;

/** What follows these is no name that they give a type to. */
const operators =
  /(^|[^\p{L}\p{N}_$])(return|throw|throws|new|delete|await|yield|typeof|typename|instanceof|in|of|is|not|and|or|if|else|while|when|case|do|goto|extends|implements|where|explicit|const|volatile|constexpr|static|inline|virtual|extern|public|private|protected|final|override|abstract|readonly|unsigned|signed|default|co_await|co_return|co_yield|operator|sizeof|echo|print|noexcept|async|internal|sealed|partial|native|synchronized|transient|unsafe)\s+$/u;

/** `Type name`, `Type<T> name`, `Type[] name`, `Type *name`, `Type& name`. */
const typed = /[\p{L}\p{N}_$]\s+$|[^\s=-]>\s+$|\]\s+$|[\p{L}\p{N}_$>]\s+[*&]+$|[\p{L}\p{N}_$>][*&]+\s+$/u;

/** `before` is the line up to the word, `following` what stands behind it, as far as it is known. */
export function isNewName(before: string, following: string, language: string): boolean {
  if (importing.test(before)) return true;
  if (declaring.test(before) && !(constOfType.has(language) && constBefore.test(before))) return true;
  if (parameters.test(before)) return true;
  if (/^\s*(:=|=>)/.test(following) || /^[^()]*\)\s*(=>|->\s*\{)/.test(following)) return true;
  if (/^\s*=(?![=>])/.test(following)) {
    if (before.endsWith('.') ? openMembers.has(language) : assignmentDeclares.has(language)) return true;
  }
  // A key, a field, a parameter with its type, a label.
  if (/(^|[{,(;|])\s*$/.test(before) && /^\s*\??:(?!:)/.test(following) && !styleSheets.has(language)) return true;
  return typeFirst.has(language) && typed.test(before) && !operators.test(before);
}
