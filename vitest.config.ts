import { defineConfig } from 'vitest/config';

// Packages are tested from their sources: Vite's own resolver honours the `source` condition, and
// so does Node inside the worker processes, for whatever is loaded outside Vite (worker threads).
// Vite's own `module` is left out: Node does not know it, and tests are to load what runs.
const conditions = ['source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source'] } },
  test: {
    include: ['packages/**/src/**/*.test.ts', 'apps/**/src/**/*.test.ts', 'test/src/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/src/faults/*long*'],
    // The verifier's page is a built file, and tests must see the one of these sources.
    globalSetup: ['./apps/verifier/build/before-tests.mjs'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
  },
});
