import { expect, test } from 'vitest';
import { modelFileName } from '../../../src/core/modelFileName';
import { textBefore } from '../../../src/core/notebook';

const cells = [
  { language: 'python', text: 'import numpy as np\n' },
  { language: 'markdown', text: '# Data' },
  { language: 'python', text: '  \n' },
  { language: 'python', text: 'a = np.zeros(3)' },
  { language: 'python', text: 'print(a)' },
];

test('the cells before, in the same language', () => {
  expect(textBefore(cells, 4)).toBe('import numpy as np\n\na = np.zeros(3)\n\n');
  expect(textBefore(cells, 1)).toBe('');
  expect(textBefore(cells, 0)).toBe('');
  expect(textBefore(cells, -1)).toBe('');
});

test.each([
  ['/a/b.ts', 'typescript', false, '/a/b.ts'],
  ['/a/b.ts', 'python', false, '/a/b.ts'],
  ['Untitled-1', 'typescript', false, 'Untitled-1.ts'],
  ['/a/notes.ipynb', 'python', true, '/a/notes.py'],
  ['/a.b/notes.ipynb', 'julia', true, '/a.b/notes.jl'],
  ['C:\\a.b\\run', 'shellscript', false, 'C:\\a.b\\run.sh'],
  ['Untitled-1', 'plaintext', false, 'Untitled-1'],
])('%s in %s has the name %4$s', (path, language, isNotebook, name) => {
  expect(modelFileName(path, language, { isNotebook })).toBe(name);
});
