/** Keywords of many languages: somebody who writes one means it. */
export const keywords: ReadonlySet<string> = new Set(
  (
    'abstract alias align and annotation any arguments array as assert async auto await base begin bool boolean break byte bytes ' +
    'callable case catch char checked class clone companion complex concept const constexpr constructor continue crate debugger ' +
    'declare decltype def default defer delegate delete derive descending dict die dim do double dyn echo elif else elseif elsif ' +
    'end endif enum error eval except exec exit explicit export extends extern external fallthrough false final finally fixed float ' +
    'fn for foreach friend from func function get global goto guard if impl implements implicit import in include infer inline inout ' +
    'instanceof int interface internal into is keyof lambda lateinit lazy let list local lock long loop macro match mixin mod module move ' +
    'mut mutable namespace native never new next nil noexcept none nonlocal not null nullptr number object of open operator or out ' +
    'override package params partial pass print priv private proc property protected protocol pub public raise range readonly record ' +
    'ref register reified repeat require requires rescue restrict retry return sbyte sealed select self set short signed sizeof ' +
    'stackalloc static str strictfp string struct sub super suspend switch symbol synchronized template then this throw throws trait ' +
    'transient true try tuple type typealias typedef typeid typename typeof uint ulong undef undefined union unique unknown unless ' +
    'unsafe unset unsigned until use ushort using val value var varargs virtual void volatile when where while with xor yield'
  ).split(' '),
);
