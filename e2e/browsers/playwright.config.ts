import { defineConfig } from '@playwright/test';
import { ENGINES, type EngineName } from './engines.ts';
import type { EngineOptions } from './fixtures.ts';

export default defineConfig<object, EngineOptions>({
  testDir: '.',
  testMatch: 'walk.ts',
  outputDir: '../../test-results/browsers',
  // One engine at a time: each trains on every core.
  workers: 1,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 240_000,
  expect: { timeout: 120_000 },
  reporter: [['list']],
  projects: (Object.keys(ENGINES) as EngineName[]).map((engineName) => ({
    name: engineName,
    use: { engineName },
  })),
});
