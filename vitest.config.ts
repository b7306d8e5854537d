import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    pool: 'threads',
    // Snapshots of markup hold the class names of the sheets.
    css: { modules: { classNameStrategy: 'non-scoped' } },
    // Unless told, one core is left to the watcher of files, which a run has not.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'src/charts/**/*.test.tsx', 'scripts/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        extends: true,
        test: {
          name: 'components',
          include: ['src/panels/**/*.test.tsx'],
          environment: 'jsdom',
          setupFiles: ['src/app/testing/page.setup.ts'],
        },
      },
    ],
  },
});
