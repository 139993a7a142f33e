/** Reading what the user names, with errors that say what to do. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, CommandError, messageOf } from './failure';

export async function readNamedFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CommandError(unreadable(file, error));
  }
}

function unreadable(file: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no file ${file}; check the path`;
    case 'EISDIR':
      return `${file} is a directory; name a file in it`;
    case 'EACCES':
    case 'EPERM':
      return `${file} may not be read; check its permissions`;
    default:
      return `${file} cannot be read (${messageOf(error)})`;
  }
}

/** Sees before any process is started whether there is a model package at all. */
export async function checkModelDirectory(directory: string): Promise<void> {
  const manifest = path.join(directory, 'manifest.json');
  try {
    await readFile(manifest);
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
    const what = missing ? `there is no model in ${directory}` : `${manifest} cannot be read (${messageOf(error)})`;
    throw new CommandError(`${what}; name a folder with a manifest.json by --model`);
  }
}
