/** The other files of a held-out package, as tabs that are open beside the file that is asked about. */

import { mostSimilar, nearLength, snippetsOf, type Snippet } from '../src/core/neighbours';
import { sha256, type Prompt } from './completer';
import { groupBy } from './group';
import type { Sampled } from './data';

const mostTabs = 8;

export class OpenTabs {
  /** Identifies the files, for the cache. */
  readonly version: string;
  /** By package and language, in the order of their paths. */
  readonly #folders: readonly (readonly Sampled[])[];
  readonly #snippets = new Map<Sampled, readonly Snippet[]>();

  constructor(sample: readonly Sampled[]) {
    this.version = sha256(JSON.stringify(sample));
    const ordered = sample.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    this.#folders = [...groupBy(ordered, (file) => `${file.package}|${file.language}`).values()];
  }

  /** What the extension would offer to copy from if the eight files nearest by path were open; most similar first. */
  sourcesFor({ package: name, path, prefix }: Prompt): Uint8Array[] {
    const folder =
      this.#folders.find((files) => files.some((file) => file.package === name && file.path === path)) ?? [];
    const own = folder.findIndex((file) => file.path === path);
    const others = folder
      .map((other, i) => ({ other, distance: Math.abs(i - own) }))
      .filter(({ distance }) => distance > 0)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, mostTabs);
    const snippets = others.flatMap(({ other }) => this.#snippetsOf(other));
    return mostSimilar(prefix.slice(-nearLength), snippets);
  }

  #snippetsOf(file: Sampled): readonly Snippet[] {
    const known = this.#snippets.get(file) ?? snippetsOf(file.text);
    this.#snippets.set(file, known);
    return known;
  }
}
