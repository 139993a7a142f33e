// The built model process, which the client forks.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './packages';

const bundle = path.join(root, 'dist/engine.js');

/** The bundle dist/engine.js, built first if a source file is newer. */
export function builtProgram(): string {
  const modified = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['src/engine', 'src/core'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((name) => modified(path.join(root, folder, name))),
  );
  if (modified(bundle) <= Math.max(...sources)) execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root });
  return bundle;
}
