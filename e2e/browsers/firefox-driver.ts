import puppeteer, { type Page } from 'puppeteer-core';
import { CLICK_TIMEOUT, DEAD_PROXY, foreignRequest, WINDOW } from './driver.ts';
import type { Driver, Finder, Target } from './driver.ts';
import { findProgram } from './find-program.ts';

const { host, port } = DEAD_PROXY;

/** Everything but this machine goes through a proxy that does not exist. */
const OFFLINE = {
  'network.proxy.type': 1,
  'network.proxy.http': host,
  'network.proxy.http_port': port,
  'network.proxy.ssl': host,
  'network.proxy.ssl_port': port,
  'network.proxy.no_proxies_on': host,
};

/** Puppeteer's selector by accessibility tree. */
const selector = ({ role, name }: Target): string =>
  `::-p-aria(${name === undefined ? '' : `[name=${JSON.stringify(name)}]`}[role="${role}"])`;

function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => {
    faults.push(`exception: ${error instanceof Error ? error.message : String(error)}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const fault = foreignRequest(request.url());
    if (fault !== null) faults.push(fault);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  return faults;
}

async function start(executablePath: string): Promise<Driver> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    extraPrefsFirefox: OFFLINE,
  });
  const [page = await browser.newPage()] = await browser.pages();
  // Launched with it, the window that Firefox opens by itself would keep its own size.
  await page.setViewport(WINDOW);
  page.setDefaultTimeout(CLICK_TIMEOUT);
  const faults = watch(page);
  return {
    browser: await browser.version(),
    open: async (address) => {
      await page.goto('about:blank');
      await page.goto(address);
    },
    click: (target) => page.locator(selector(target)).click(),
    text: async (target) => {
      const found = await page.$(selector(target));
      return found === null ? '' : found.evaluate((element) => (element as HTMLElement).innerText);
    },
    screenshot: async () => Buffer.from(await page.screenshot()),
    faults: () => Promise.resolve(faults),
    close: () => browser.close(),
  };
}

/** A Firefox of the system, of which Debian's is the extended support release. */
export const findSystemFirefox: Finder = () => {
  const path = findProgram(
    'firefox-esr',
    'firefox',
    '/Applications/Firefox.app/Contents/MacOS/firefox',
  );
  return Promise.resolve(
    path === null ? null : { label: `${path}, over WebDriver BiDi`, start: () => start(path) },
  );
};
