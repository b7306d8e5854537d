import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import { serveFolder } from '../../scripts/lib/serve.mjs';
import type { Driver } from './driver.ts';
import { ENGINES, type Engine, type EngineName } from './engines.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

export interface EngineOptions {
  readonly engineName: EngineName;
}

interface WorkerFixtures extends EngineOptions {
  /** What may be said of WebAssembly on a machine with several cores. */
  readonly threads: RegExp;
  /** The built lab, served on this machine. */
  readonly site: string;
  /** The browser, or why there is none. */
  readonly started: Driver | string;
}

async function start(name: EngineName): Promise<Driver | string> {
  const { finders, missing }: Engine = ENGINES[name];
  for (const find of finders) {
    const found = await find();
    if (found === null) continue;
    const driver = await found.start();
    console.log(`${name}: ${driver.browser} (${found.label})`);
    return driver;
  }
  console.log(`${name}: skipped. ${missing}`);
  return missing;
}

/** A test in one of the engines, skipped where it is not installed; any fault of the page fails it. */
export const test = base.extend<{ driver: Driver }, WorkerFixtures>({
  engineName: ['chromium', { option: true, scope: 'worker' }],
  threads: [
    async ({ engineName }, use) => {
      await use(ENGINES[engineName].threads);
    },
    { scope: 'worker' },
  ],
  site: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads this pattern
    async ({}, use) => {
      const server = await serveFolder({ folder: dist });
      await use(server.url);
      await server.close();
    },
    { scope: 'worker' },
  ],
  started: [
    async ({ engineName }, use) => {
      const driver = await start(engineName);
      await use(driver);
      if (typeof driver !== 'string') await driver.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  driver: async ({ started }, use, info) => {
    if (typeof started === 'string') {
      // Where an engine must be there, a skipped walk would prove nothing.
      expect(process.env['CI'], started).toBeFalsy();
      info.skip(true, started);
      return;
    }
    await use(started);
    await info.attach('last screen', {
      body: await started.screenshot(),
      contentType: 'image/png',
    });
    expect(await started.faults()).toEqual([]);
  },
});

export { expect };
