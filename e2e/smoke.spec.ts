import { expect, test } from './fixtures.ts';

const firstLoadLimit = 150_000;

test('the lab opens without an error, a policy violation or a request to another host, in at most 150 kB gzip of JS and CSS, and may share memory with its workers', async ({
  lab,
}, info) => {
  await lab.open();
  await lab.quiet();
  await expect(lab.page).toHaveTitle(/Norm Lab/);
  expect(await lab.page.evaluate(() => crossOriginIsolated)).toBe(true);
  const { firstLoad, later } = await lab.loadedBytes();
  const inKb = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  const figure = `first load ${inKb(firstLoad)}, later without a click ${inKb(later)}`;
  info.annotations.push({ type: 'measured', description: figure });
  console.log(figure);
  expect(firstLoad).toBeGreaterThan(0);
  expect(firstLoad).toBeLessThanOrEqual(firstLoadLimit);
});

test('the built folder works below a sub-path', async ({ lab, site }) => {
  await lab.open(site.deepUrl);
  await lab.quiet();
  await expect(lab.page).toHaveTitle(/Norm Lab/);
  expect(new URL(lab.page.url()).pathname).toBe('/some/deep/path/');
});
