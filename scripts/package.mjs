// `npm run package`: builds for production and writes bytewise-<target>-<version>.vsix for one platform.
//   --target NAME   such as linux-x64, linux-arm64, darwin-arm64, win32-x64, win32-arm64; left out, this machine's
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { nodeBin, root } from '../test/harness/release.mjs';
import { setUpNode } from '../test/harness/setup-vscode.mjs';
import { thirdPartyNotices } from './notices.mjs';

const { values: options } = parseArgs({
  options: { target: { type: 'string', default: `${process.platform}-${process.arch}` } },
});
const [platform, arch] = options.target.split('-');
const binaries = `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}`;
if (!fs.existsSync(path.join(root, binaries))) {
  console.error(`onnxruntime-node has no binaries for ${options.target}.`);
  process.exit(1);
}

// vsce needs a newer Node than the extension does.
setUpNode();
execFileSync(process.execPath, ['esbuild.mjs', '--production'], { cwd: root, stdio: 'inherit' });

const notices = path.join(root, 'THIRD_PARTY_NOTICES.txt');
fs.writeFileSync(notices, await thirdPartyNotices(root));
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'bytewise-package-'));
const ignoreFile = path.join(temporary, 'vscodeignore');
// The binaries of the other platforms would make the package five times as large.
fs.writeFileSync(ignoreFile, `${fs.readFileSync(path.join(root, '.vscodeignore'), 'utf8')}!${binaries}/**\n`);
try {
  execFileSync(
    nodeBin,
    [
      path.join(root, 'node_modules/@vscode/vsce/vsce'),
      ...[
        'package',
        '--target',
        options.target,
        '--ignoreFile',
        ignoreFile,
        '--allow-missing-repository',
        '--no-rewrite-relative-links',
      ],
    ],
    { cwd: root, stdio: 'inherit' },
  );
} catch {
  // vsce has already said what is wrong.
  process.exitCode = 1;
} finally {
  fs.rmSync(notices);
  fs.rmSync(temporary, { recursive: true, force: true });
}
