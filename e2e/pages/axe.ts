import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What axe finds on the page as it is: rules, each with the elements that break it. */
export async function axe(page: Page): Promise<unknown[]> {
  return found(new AxeBuilder({ page }));
}

/** What axe finds in both themes. They differ in colours only, so the dark one is checked for contrast. */
export async function axeInBothThemes(page: Page): Promise<unknown[]> {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await axe(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await found(new AxeBuilder({ page }).withTags('cat.color'));
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light, ...dark];
}

async function found(builder: AxeBuilder): Promise<unknown[]> {
  const { violations } = await builder.analyze();
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
}

/** Pixels by which the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
