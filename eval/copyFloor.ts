/** The floor: no model. Copies what followed the longest suffix of the prefix earlier in the same file, to the line's end. */

const shortest = 3;
const longest = 64;

/** `matched`: how many characters before the cursor occurred before. */
export function copyFloor(prefix: string): { readonly text: string; readonly matched: number } {
  // Places of the last characters, so that a suffix never starts inside of one.
  const starts = [prefix.length];
  while (starts.length <= longest && (starts.at(-1) ?? 0) > 0) {
    const before = (starts.at(-1) ?? 0) - 1;
    const isLow = (prefix.charCodeAt(before) & 0xfc00) === 0xdc00;
    const isPair = isLow && (prefix.charCodeAt(before - 1) & 0xfc00) === 0xd800;
    starts.push(isPair ? before - 1 : before);
  }
  const earlier = prefix.slice(0, starts[1] ?? 0);
  // A suffix of every shorter length occurs too, so the longest can be searched by halving.
  let low = shortest;
  let high = Math.min(longest, starts.length - 1);
  if ((starts.at(-1) ?? 0) === 0) high = Math.min(high, starts.length - 2);
  let after = -1;
  let matched = 0;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const suffix = prefix.slice(starts[middle]);
    const found = earlier.lastIndexOf(suffix);
    if (found >= 0) {
      after = found + suffix.length;
      matched = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  if (after < 0) return { text: '', matched: 0 };
  const end = prefix.indexOf('\n', after);
  return { text: prefix.slice(after, end < 0 ? undefined : end), matched };
}
