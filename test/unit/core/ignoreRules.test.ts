import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { IgnoreRules } from '../../../src/core/ignoreRules';

const settings = Object.assign({}, ...manifest.contributes.configuration.map(({ properties }) => properties)) as Record<
  string,
  { default: string[] }
>;
const secrets = new IgnoreRules(settings['bytewise.secretFiles']?.default ?? []);

test.each([
  '.env',
  'server/.env.production',
  '.envrc',
  'keys/private.PEM',
  'tls.key',
  'id_rsa',
  '/home/me/.ssh/id_ed25519',
  'C:\\Users\\me\\.ssh\\id_ecdsa',
  '.npmrc',
  'home/.netrc',
  '.aws/credentials',
  'a/.docker/config.json',
  '.kube/config',
  'infra/prod.tfvars',
  'store.jks',
  'vault.kdbx',
  '.git-credentials',
  'client_secret_12.apps.json',
])('%s may hold secrets', (path) => {
  expect(secrets.matches(path)).toBe(true);
});

test.each([
  'environment.ts',
  '.env.example',
  'src/.env.sample',
  'keys.ts',
  'config.json',
  'credentials.ts',
  'key/a.ts',
  '',
])('%s holds none', (path) => {
  expect(secrets.matches(path)).toBe(false);
});

test('an ignore file is read as git reads it', () => {
  const rules = new IgnoreRules('# generated\n*.min.js\n/vendor/\n!vendor/ours.js\nlogs/**/*.txt\n!keep.min.js\n');
  expect(
    ['a/b.min.js', 'keep.min.js', 'vendor/a.js', 'vendor/ours.js', 'src/vendor/a.js', 'logs/1/2/a.txt', 'a.js'].map(
      (path) => rules.matches(path),
    ),
  ).toEqual([true, false, true, true, false, true, false]);
});
