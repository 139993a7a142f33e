/** What slips of the fingers make of a word: one letter is missing, extra, replaced, or two are swapped. */

export interface Typo {
  readonly kind: 'missing' | 'extra' | 'swapped' | 'replaced';
  /** Index in the meant word: of the missing or replaced letter, of the first swapped one, or where the extra one stands. */
  readonly at: number;
  /** −log2 of the share of this typo among all single typos of the meant word. */
  readonly bits: number;
}

/** Shares of recorded typos of one edit, and of what is wrong in them: see docs/results.md for where they come from. */
const shares = { missing: 0.3, extra: 0.27, swapped: 0.22, replaced: 0.21 } as const;
const extra = { doubled: 0.5, neighbour: 0.4, other: 0.1 } as const;
const replacedByNeighbour = 0.3;
const letters = 26;

/** The one typo that makes `written` of `meant`, if there is one. Only letters are mistyped, and the first one stays. */
export function typoBetween(written: string, meant: string): Typo | undefined {
  const longer = written.length - meant.length;
  if (longer < -1 || longer > 1) return undefined;
  let at = 0;
  while (at < meant.length && written[at] === meant[at]) at++;
  if (at === 0) return undefined;
  // Equal from the end, but not over what was equal from the start.
  const room = Math.min(written.length, meant.length) - at;
  let end = 0;
  while (end < room && written[written.length - 1 - end] === meant[meant.length - 1 - end]) end++;
  const wrong = written.slice(at, written.length - end);
  const right = meant.slice(at, meant.length - end);
  if (!/^\p{L}+$/u.test(wrong + right)) return undefined;
  const typo = (kind: Typo['kind'], share: number): Typo => ({
    kind,
    at,
    bits: -Math.log2((shares[kind] * share) / meant.length),
  });
  if (wrong === '' && right.length === 1) return typo('missing', 1);
  if (right === '' && wrong.length === 1) return typo('extra', shareOfExtra(wrong, written[at - 1], written[at + 1]));
  if (wrong.length === 2 && right === wrong.charAt(1) + wrong.charAt(0)) return typo('swapped', 1);
  if (wrong.length === 1 && right.length === 1 && isUpper(wrong) === isUpper(right)) {
    return typo('replaced', shareOfOther(wrong, right));
  }
  return undefined;
}

const isUpper = (letter: string) => letter !== letter.toLowerCase();

function shareOfExtra(wrong: string, before = '', after = ''): number {
  if (wrong === before || wrong === after) return extra.doubled;
  const near = [before, after].find((one) => areNeighbours(wrong, one));
  return near === undefined ? extra.other / letters : extra.neighbour / neighboursOf(near).length;
}

function shareOfOther(wrong: string, right: string): number {
  const near = neighboursOf(right);
  if (near.includes(wrong.toLowerCase())) return replacedByNeighbour / near.length;
  return (1 - replacedByNeighbour) / (letters - 1 - near.length);
}

/** Rows of a QWERTY keyboard, and how far each is set off, in widths of a key. */
const rows = [
  { keys: 'qwertyuiop', offset: 0 },
  { keys: 'asdfghjkl', offset: 0.25 },
  { keys: 'zxcvbnm', offset: 0.75 },
];

const places = new Map(
  rows.flatMap(({ keys, offset }, y) => Array.from(keys, (key, i) => [key, { x: i + offset, y }] as const)),
);

/** Whether two letters lie side by side, or touch in the rows above or below. */
export function areNeighbours(a: string, b: string): boolean {
  const [one, other] = [places.get(a.toLowerCase()), places.get(b.toLowerCase())];
  if (!one || !other || one === other) return false;
  return Math.abs(one.y - other.y) <= 1 && Math.abs(one.x - other.x) <= 1;
}

const neighboursOf = (letter: string): string[] => [...places.keys()].filter((key) => areNeighbours(letter, key));
