/** Which lines of a text another one does not have. */
import { diffArrays } from 'diff';

/** So many differences say that there is little in common; finding them all would take too long. */
const mostDifferences = 5_000;

/** The lines of `text`, from 0, that are new or different compared with `before`; line ends do not count. */
export function changedLines(before: string, text: string): Set<number> {
  const [old, now] = [before, text].map((whole) => whole.split(/\r\n|\r|\n/)) as [string[], string[]];
  const parts = diffArrays(old, now, { maxEditLength: mostDifferences });
  const changed = new Set<number>();
  if (!parts) {
    now.forEach((_, line) => changed.add(line));
    return changed;
  }
  let line = 0;
  for (const { added, removed, value } of parts) {
    if (removed) continue;
    for (let i = 0; i < value.length; i++, line++) if (added) changed.add(line);
  }
  return changed;
}
