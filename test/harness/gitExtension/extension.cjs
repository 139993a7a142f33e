// The part of the git extension's interface, version 1, that this extension uses, over the real `git` and real repositories.
const { execFile, execFileSync } = require('node:child_process');
const path = require('node:path');
const { promisify } = require('node:util');
const vscode = require('vscode');

function getRepository(uri) {
  let root;
  try {
    const folder = path.dirname(uri.fsPath);
    root = execFileSync('git', ['rev-parse', '--show-toplevel'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return null;
  }
  const show = async (ref, file) => {
    const object = `${ref}:${path.relative(root, file).replaceAll(path.sep, '/')}`;
    return (await promisify(execFile)('git', ['show', object], { cwd: root, encoding: 'utf8' })).stdout;
  };
  return { show };
}

/** Like the real one: it knows no repository until its first scan has ended, some time after it was asked for. */
let state = 'uninitialized';
const changed = new vscode.EventEmitter();
const api = {
  get state() {
    return state;
  },
  onDidChangeState: changed.event,
  getRepository: (uri) => (state === 'initialized' ? getRepository(uri) : null),
};

exports.activate = () => {
  setTimeout(() => {
    state = 'initialized';
    changed.fire(state);
  }, 300);
  return { enabled: true, getAPI: () => api };
};
