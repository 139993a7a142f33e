// Sections of docs/results.md that are written by several commands.
import { expect, test } from 'vitest';
import { markedSections, withSection } from '../../../eval/section';

test('a section is put at the end, replaced in its place, and found', () => {
  const once = withSection('# Results\n', 'typos', '## Typos\n\n$& 1\n');
  expect(once).toBe('# Results\n\n<!-- begin: typos -->\n\n## Typos\n\n$& 1\n\n<!-- end: typos -->\n');
  const both = withSection(once, 'speed', 'fast');
  const changed = withSection(both, 'typos', 'less');
  expect(markedSections(changed)).toEqual([
    '<!-- begin: typos -->\n\nless\n\n<!-- end: typos -->',
    '<!-- begin: speed -->\n\nfast\n\n<!-- end: speed -->',
  ]);
});
