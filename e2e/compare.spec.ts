import { expect, test as base } from './fixtures.ts';
import { axeInBothThemes, axeInLightTheme, overflow } from './pages/axe.ts';
import { ComparePage } from './pages/compare-page.ts';

// Links and what is drawn of which net are in src/panels/compare/compare-panel.test.tsx.

const EXAMPLE = 'Example (random weights, seed 1)';

const test = base.extend<{ compare: ComparePage }>({
  compare: async ({ lab }, use) => {
    await use(new ComparePage(lab));
  },
});

test('one press fills the empty panel; layers are left out, figures saved, and axe finds nothing', async ({
  compare,
  page,
}) => {
  await compare.open();
  await expect(page.getByText('their density, as in Figure 2 of the paper')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Train a run' })).toHaveAttribute('href', '#/train');
  expect(await axeInLightTheme(page)).toEqual([]);
  await page.getByRole('button', { name: 'Open the example net' }).click();
  await expect(compare.density.getByText(`${EXAMPLE} (n = 17, h = `)).toBeVisible();
  await expect(page.getByText('net, clean accuracy not measured')).toBeVisible();

  await test.step('figures are saved as images that stand alone', async () => {
    const svg = await compare.saved(compare.bars, 'SVG');
    expect(svg).toContain('<title>Norms layer by layer</title>');
    expect(svg).toContain('conv8');
    expect(await compare.saved(compare.bars, 'PNG')).toContain('PNG');
    expect(await compare.saved(compare.density, 'CSV')).toContain(',sample,conv1,7.');
  });
  await compare.openExamples(1);
  await expect(compare.density.getByText(`${EXAMPLE} (2) (n = 17`)).toBeVisible();
  expect(await compare.readBars(1)).toMatch(/^conv1: .* 7\.\d+; .*\(2\) 7\.\d+$/);
  expect(await axeInLightTheme(page)).toEqual([]);
  await page.getByRole('checkbox', { name: `${EXAMPLE} (2)` }).uncheck();
  await expect(compare.density.getByText(`${EXAMPLE} (2) (n = 17`)).toBeHidden();

  await test.step('the layers that the paper’s code drops are left out of every figure', async () => {
    await page.getByRole('checkbox', { name: 'BatchNorm' }).uncheck();
    await expect(compare.density.getByText('(n = 9, h = ')).toBeVisible();
    await page.getByRole('checkbox', { name: 'those that the paper’s code drops' }).uncheck();
    await expect(compare.density.getByText('(n = 7, h = ')).toBeVisible();
    const table = await compare.saved(compare.bars, 'CSV');
    const layers = table
      .split('\r\n')
      .map((line) => line.split(',')[0])
      .filter(Boolean);
    // conv7 and conv8 see 2x2 pixels: no window lies wholly inside.
    expect(layers).toEqual(['Layer', ...[1, 2, 3, 4, 5, 6].map((n) => `conv${n}`), 'fc']);
  });
  await page.getByLabel('Norms on a').selectOption('log');
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await axeInBothThemes(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
});

test('a run is drawn with its accuracy, all its layers, and its norms over training', async ({
  compare,
  page,
}) => {
  await compare.open();
  await compare.train('name=Mine&data.train=64&data.test=50&training.epochs=2');
  await compare.goTo('Compare');
  // Three convolutions, three BatchNorms, one dense layer.
  await expect(compare.density.getByText(/^Mine \(\d+ %; n = 7, h = /)).toBeVisible();
  await expect(page.getByText(/clean accuracy \d+ % \(.* to .* %, n = 50\)/)).toBeVisible();
  await page.getByRole('checkbox', { name: 'BatchNorm' }).uncheck();
  await expect(compare.density.getByText(/n = 4, h = /)).toBeVisible();
  await compare.curves.getByLabel('Layer').selectOption('conv2');
  const cursor = compare.curves.getByRole('slider', { name: 'Step' });
  await cursor.focus();
  await cursor.press('Home');
  await expect(cursor).toHaveAttribute('aria-valuetext', /^after step 0: Mine \d/);
  const table = await compare.saved(compare.curves, 'CSV');
  expect(table.split('\r\n')[1]).toMatch(/^Mine,conv2,0,\d/);
});
