import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/lib/chromium.mjs';

// Playwright's workers load this file again: they find the answer in the environment.
process.env.NORM_LAB_CHROMIUM = await findChromium();

const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];
// Machines without a GPU still have an adapter: a software one.
const webgpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
// Chromium refuses to run its sandbox as root.
const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/test-pages.ts',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // A test's own limits end what hangs; they leave room for a busy machine that draws without a GPU.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['line'], ['json']] : [['line']],
  use: {
    viewport: { width: 1440, height: 900 },
    // Screenshots of every step would take a quarter of the time.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    launchOptions: {
      executablePath: process.env.NORM_LAB_CHROMIUM,
      args: [...root, ...quiet, ...webgpu],
    },
  },
});
