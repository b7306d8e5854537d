import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { DEEP } from '../deep.ts';

/** What axe finds on the page as it is: rules, each with the elements that break it. */
export async function axe(page: Page): Promise<unknown[]> {
  return violationsOf(builder(page));
}

/** What axe finds in both themes. They differ in colours only, so the dark one is checked for contrast. */
export async function axeInBothThemes(page: Page): Promise<unknown[]> {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await axe(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await violationsOf(builder(page).withTags('cat.color'));
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light, ...dark];
}

/** What axe finds in the light theme, in the deep tests in both: for states with colours that another check covers. */
export async function axeInLightTheme(page: Page): Promise<unknown[]> {
  return DEEP ? axeInBothThemes(page) : axe(page);
}

/**
 * Axe in the page itself, with details of violations only. Its usual mode opens a blank page for each report,
 * which only pages with frames of other origins need.
 */
function builder(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
}

async function violationsOf(axeBuilder: AxeBuilder): Promise<unknown[]> {
  const { violations } = await axeBuilder.analyze();
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
}

/** Pixels by which the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
