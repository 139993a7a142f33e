/** What checks of GPUs have found, kept on disk until the driver, the runtime or the model changes. */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { dependencies } from '../../package.json';
import { fingerprint } from './drivers';
import type { Provider, Verdict } from './protocol';

const fileName = 'gpu-checks.json';
/** Kept: the latest of so many drivers and models. */
const mostEntries = 32;

// JSON has no NaN: times that were not taken come back as null.
const time = v.pipe(
  v.nullable(v.number()),
  v.transform((ms) => ms ?? NaN),
);
const Pace = v.object({ msPerByte: time, msPerByteAtOnce: time });
const Entry = v.object({
  key: v.string(),
  verdict: v.object({ works: v.boolean(), reason: v.string(), mostRows: v.number(), gpu: Pace, cpu: Pace }),
});
const Entries = v.array(Entry);

export class Verdicts {
  readonly #file: string | undefined;

  /** Without a directory nothing is remembered. */
  constructor(
    directory: string | undefined,
    private readonly modelDirectory: string,
    private readonly softwareGpu: boolean,
  ) {
    this.#file = directory === undefined ? undefined : path.join(directory, fileName);
  }

  async recall(provider: Provider): Promise<Verdict | undefined> {
    if (this.#file === undefined) return undefined;
    const [entries, key] = await Promise.all([this.#read(this.#file), this.#key(provider)]);
    return entries.find((entry) => entry.key === key)?.verdict;
  }

  /** A memory that cannot be written costs a check at the next start, and nothing else. */
  async remember(provider: Provider, verdict: Verdict): Promise<void> {
    if (this.#file === undefined) return;
    try {
      const [entries, key] = await Promise.all([this.#read(this.#file), this.#key(provider)]);
      const kept = [{ key, verdict }, ...entries.filter((entry) => entry.key !== key)].slice(0, mostEntries);
      await mkdir(path.dirname(this.#file), { recursive: true });
      const scratch = `${this.#file}.${process.pid}`;
      await writeFile(scratch, `${JSON.stringify(kept, undefined, 1)}\n`);
      await rename(scratch, this.#file);
    } catch {
      // See above.
    }
  }

  async #read(file: string): Promise<v.InferOutput<typeof Entries>> {
    try {
      const parsed = v.safeParse(Entries, JSON.parse(await readFile(file, 'utf8')));
      return parsed.success ? parsed.output : [];
    } catch {
      return [];
    }
  }

  async #key(provider: Provider): Promise<string> {
    const runtime = dependencies['onnxruntime-node'];
    const manifest = await readFile(path.join(this.modelDirectory, 'manifest.json')).catch(() => '');
    const model = createHash('sha256').update(manifest).digest('hex').slice(0, 16);
    const software = this.softwareGpu ? 'software' : 'hardware';
    return [provider, runtime, model, software, await fingerprint()].join(' ');
  }
}
