import type { Page } from '@playwright/test';

/** What the page loaded, in gzip bytes of JS and CSS. */
export interface LoadedBytes {
  /** Asked for before the page's own mark of its first paint: what a visitor waits for. */
  readonly firstLoad: number;
  /** Asked for later without a click: the worker, lazy chunks. */
  readonly later: number;
}

/** The lab as a visitor has it in front of them. */
export class LabPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the lab, or a whole address, and waits until it has drawn. */
  async open(address = './'): Promise<void> {
    await this.page.goto(address);
    await this.page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint').length > 0,
    );
  }

  /** Waits until the page has asked for all that it asks for without a click. */
  async quiet(): Promise<void> {
    await this.page.waitForLoadState('networkidle');
  }

  /** The gzip bytes of JS and CSS that the page has loaded since it was opened. */
  async loadedBytes(): Promise<LoadedBytes> {
    return this.page.evaluate(() => {
      // The browser's own paint entry carries the time of presentation, which a busy machine delays
      // past the requests that follow the paint.
      const [painted] = performance.getEntriesByName('norm-lab:painted');
      if (painted === undefined) throw new Error('the page has not marked its first paint');
      const paint = painted.startTime;
      const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      const code = entries.filter(({ name }) => /\.(js|mjs|css)$/.test(new URL(name).pathname));
      const sum = (early: boolean): number =>
        code
          .filter(({ startTime }) => startTime <= paint === early)
          .reduce((bytes, entry) => bytes + entry.encodedBodySize, 0);
      return { firstLoad: sum(true), later: sum(false) };
    });
  }
}
