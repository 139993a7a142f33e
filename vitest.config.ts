import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The provider runs without VS Code, as in bench/keystrokes.ts.
  resolve: { alias: { vscode: new URL('bench/standIn/vscode.ts', import.meta.url).pathname } },
  test: {
    include: ['test/unit/**/*.test.ts'],
    // ESLint's type-checked run and the model tests are slow on a machine that is busy with training.
    testTimeout: 30_000,
  },
});
