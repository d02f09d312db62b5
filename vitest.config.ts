import { defineConfig } from 'vitest/config';

// Packages are tested from their sources: Vite's own resolver honours the `source` condition, and
// so does Node inside the worker processes, for whatever is loaded outside Vite (worker threads).
const conditions = ['source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source'] } },
  test: {
    include: ['packages/**/src/**/*.test.ts', 'test/src/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/src/faults/*long*'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
  },
});
