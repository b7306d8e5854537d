import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    pool: 'threads',
    // Snapshots of markup hold the class names of the sheets.
    css: { modules: { classNameStrategy: 'non-scoped' } },
    // Unless told, one core is left to the watcher of files, which a run has not.
    maxWorkers: 2,
  },
});
