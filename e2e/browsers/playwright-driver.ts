import { existsSync } from 'node:fs';
import { firefox, webkit, chromium, type BrowserType, type Page } from '@playwright/test';
import { lookForChromium } from '../../scripts/lib/chromium.mjs';
import { CLICK_TIMEOUT, DEAD_PROXY, foreignRequest, WINDOW } from './driver.ts';
import type { Driver, Finder, Target } from './driver.ts';

const locate = (page: Page, { role, name }: Target) =>
  page.getByRole(role, name === undefined ? {} : { name, exact: true });

function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(`exception: ${message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const fault = foreignRequest(request.url());
    if (fault !== null) faults.push(fault);
  });
  return faults;
}

async function start(type: BrowserType, executablePath: string): Promise<Driver> {
  // Chromium refuses to run its sandbox as root.
  const root = type.name() === 'chromium' && process.getuid?.() === 0;
  const browser = await type.launch({
    executablePath,
    args: root ? ['--no-sandbox'] : [],
    proxy: { server: `http://${DEAD_PROXY.host}:${DEAD_PROXY.port}`, bypass: '127.0.0.1' },
  });
  const page = await browser.newPage({ viewport: WINDOW });
  page.setDefaultTimeout(CLICK_TIMEOUT);
  const faults = watch(page);
  return {
    browser: `${type.name()} ${browser.version()}`,
    open: async (address) => {
      await page.goto('about:blank');
      await page.goto(address);
    },
    click: (target) => locate(page, target).click(),
    text: async (target) => {
      const found = locate(page, target);
      return (await found.count()) === 0 ? '' : found.innerText();
    },
    screenshot: () => page.screenshot(),
    faults: () => Promise.resolve(faults),
    close: () => browser.close(),
  };
}

/** Playwright's own build of a browser. */
const findBuild = (type: BrowserType): Finder => {
  const path = type.executablePath();
  return () =>
    Promise.resolve(
      existsSync(path)
        ? { label: `Playwright's build, ${path}`, start: () => start(type, path) }
        : null,
    );
};

export const findPlaywrightFirefox = findBuild(firefox);
export const findPlaywrightWebKit = findBuild(webkit);

/** Any Chromium: NORM_LAB_CHROMIUM, the system's, Playwright's. */
export const findChromium: Finder = async () => {
  const path = await lookForChromium();
  return path === undefined ? null : { label: path, start: () => start(chromium, path) };
};
