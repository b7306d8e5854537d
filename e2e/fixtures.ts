import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { serveFolder } from '../scripts/lib/serve.mjs';
import { LabPage } from './pages/lab-page.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** Where the built lab is served: at the root, and far below the root of another server. */
export interface Site {
  readonly url: string;
  readonly deepUrl: string;
}

interface WorkerFixtures {
  site: Site;
}

interface TestFixtures {
  lab: LabPage;
  /** What went wrong in the page so far; a test that expects a fault empties it. */
  faults: string[];
}

/** Lists the page's errors, its policy violations and its requests to another origin. */
async function watch(page: Page, { url, deepUrl }: Site): Promise<string[]> {
  const faults: string[] = [];
  const origins = new Set([url, deepUrl].map((address) => new URL(address).origin));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
    else if (message.text().startsWith('policy:')) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    const local = protocol === 'data:' || protocol === 'blob:' || origins.has(origin);
    if (!local) faults.push(`request to another host: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${String(response.status())}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.info(`policy: ${event.effectiveDirective} refused ${event.blockedURI}`);
    });
  });
  return faults;
}

/** Playwright's test with the built lab served, and with any fault of the page failing the test. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  site: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads this pattern
    async ({}, use) => {
      if (!existsSync(dist)) throw new Error('dist/ is missing: run npm run build first.');
      const server = await serveFolder({ folder: dist });
      const deep = await serveFolder({ folder: dist, prefix: '/some/deep/path/' });
      await use({ url: server.url, deepUrl: deep.url });
      await server.close();
      await deep.close();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ site }, use) => {
    await use(site.url);
  },
  faults: [
    async ({ page, site }, use) => {
      const faults = await watch(page, site);
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
  lab: async ({ page }, use) => {
    await use(new LabPage(page));
  },
});

export { expect };
