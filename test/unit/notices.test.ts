// Whether every package that is bundled has a licence to show: without one, no VSIX can be made.
import path from 'node:path';
import { expect, test } from 'vitest';
import { thirdPartyNotices } from '../../scripts/notices.mjs';

test('everything that is bundled brings its licence, or has one written down', async () => {
  const notices = await thirdPartyNotices(path.join(import.meta.dirname, '../..'));
  for (const name of ['vscode-jsonrpc', 'onnxruntime', '@vscode/l10n', 'uplot'])
    expect(notices).toContain(`\n${name}\n`);
});
