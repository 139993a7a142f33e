/** The file name that the model reads. It knows a language by the extension, and some texts have no name, or another's. */

const extensions: Readonly<Record<string, string>> = {
  c: '.c',
  cpp: '.cpp',
  csharp: '.cs',
  css: '.css',
  go: '.go',
  html: '.html',
  java: '.java',
  javascript: '.js',
  javascriptreact: '.jsx',
  json: '.json',
  julia: '.jl',
  markdown: '.md',
  php: '.php',
  python: '.py',
  r: '.r',
  ruby: '.rb',
  rust: '.rs',
  shellscript: '.sh',
  sql: '.sql',
  typescript: '.ts',
  typescriptreact: '.tsx',
  yaml: '.yaml',
};

/** `isNotebook`: the path is that of a notebook, the language that of one of its cells. */
export function modelFileName(path: string, language: string, { isNotebook = false } = {}): string {
  const extension = extensions[language];
  const name = path.split(/[\\/]/).at(-1) ?? '';
  if (!extension || (name.includes('.') && !isNotebook)) return path;
  return `${isNotebook ? path.replace(/\.[^.\\/]*$/, '') : path}${extension}`;
}
