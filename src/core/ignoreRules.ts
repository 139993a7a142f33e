/** Patterns in the syntax of .gitignore: for files that may hold secrets, and for files that a user wants left alone. */
import ignore from 'ignore';

export class IgnoreRules {
  private readonly rules;

  /** The text of an ignore file, or its lines. */
  constructor(patterns: string | readonly string[]) {
    this.rules = ignore().add(patterns);
  }

  /** `path` is relative to the folder that the patterns belong to; of a file outside of it, the whole path will do. */
  matches(path: string): boolean {
    const relative = relativePath(path);
    return relative !== '' && this.rules.ignores(relative);
  }
}

/** Without a drive, and without steps that lead out of a folder, since no pattern can speak of them. */
const relativePath = (path: string) =>
  path
    .replaceAll('\\', '/')
    .replace(/^[a-z]:/i, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
