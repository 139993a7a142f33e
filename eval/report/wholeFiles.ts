/** Bits per byte of whole files. */

import { groupBy } from '../group';
import type { Evaluation, Results } from '../results';
import { number, table } from './tables';

export function wholeFiles({ results, window }: Evaluation): string {
  const scored = results.filter(({ files }) => files.length > 0);
  if (scored.length === 0) return '';
  const cell = (files: Results['files']) => {
    const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
    return number(files.reduce((sum, one) => sum + one.bits, 0) / bytes, 3);
  };
  const rows = [...groupBy(scored[0]?.files ?? [], ({ language }) => language)].map(([language, files]) => [
    language,
    String(files.length),
    files.reduce((sum, { bytes }) => sum + bytes, 0).toLocaleString('en'),
    ...scored.map((one) => cell(one.files.filter((file) => file.language === language))),
  ]);
  return `## Bits per byte of whole files

Files of 12,000 characters or less without the comment about licence and copyright at their head, read in windows: each stretch of ${window.stride} bytes is predicted with the ${window.context.toLocaleString('en')} bytes before it as context. Bits are summed over a language and divided by its bytes.

${table(['language', 'files', 'bytes', ...scored.map(({ name }) => name)], rows)}
`;
}
