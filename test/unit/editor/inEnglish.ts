/** What package.json says to users, with the words of package.nls.json in place of their keys, as VS Code reads it. */
import words from '../../../package.nls.json' with { type: 'json' };

export function inEnglish<T>(value: T): T {
  if (typeof value === 'string') {
    const key = /^%(.+)%$/.exec(value)?.[1];
    return (key === undefined ? value : (words as Record<string, string>)[key]) as T;
  }
  if (Array.isArray(value)) return value.map((one: unknown) => inEnglish(one)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inEnglish(one as unknown)])) as T;
}
