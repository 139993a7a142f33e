// A UI test asks by a file for what is no subject of the test itself, and this extension answers by another when it is
// done. Driving the window for it is slow, and the watch of settings.json was seen to miss changes in a container.
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');
const { HostWatch } = require('./hostWatch.cjs');

// Each window has its own folder, so that one which is about to end takes nothing from the next.
const folder = path.join(process.env.BYTEWISE_TEST_MAILBOX, vscode.workspace.name);
const request = path.join(folder, 'request.json');
const answer = path.join(folder, 'answer.json');

async function changeSettings(changes) {
  const settings = vscode.workspace.getConfiguration();
  for (const [key, value] of Object.entries(changes)) {
    // JSON has no undefined, so null takes a setting back.
    await settings.update(key, value ?? undefined, vscode.ConfigurationTarget.Global);
  }
}

async function openFile(file) {
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}

let watch;

async function watchHost(turn) {
  if (turn === 'end') return watch.end();
  const { extensionPath } = vscode.extensions.getExtension('bytewise.bytewise');
  watch = new HostWatch(path.join(extensionPath, 'dist/extension.js'));
  return watch.begin();
}

async function serve() {
  if (!fs.existsSync(request)) return;
  const asked = JSON.parse(fs.readFileSync(request, 'utf8'));
  fs.rmSync(request);
  const done = async () => {
    if (asked.settings) return changeSettings(asked.settings);
    return asked.watch ? watchHost(asked.watch) : openFile(asked.open);
  };
  const outcome = await done().then(
    (value) => ({ value }),
    (reason) => ({ error: String(reason) }),
  );
  fs.writeFileSync(`${answer}.new`, JSON.stringify(outcome));
  fs.renameSync(`${answer}.new`, answer);
}

exports.activate = (context) => {
  const timer = setInterval(() => void serve(), 50);
  context.subscriptions.push({ dispose: () => clearInterval(timer) });
};
