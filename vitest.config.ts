import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    // ESLint's type-checked run and the model tests are slow on a machine that is busy with training.
    testTimeout: 30_000,
  },
});
