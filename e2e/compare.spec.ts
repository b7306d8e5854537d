import AxeBuilder from '@axe-core/playwright';
import { expect, test as base } from './fixtures.ts';
import { ComparePage } from './pages/compare-page.ts';

const EXAMPLE = 'Example (random weights, seed 1)';

const test = base.extend<{ compare: ComparePage }>({
  compare: async ({ lab }, use) => {
    await use(new ComparePage(lab));
  },
});

test('the empty panel says what will be here, and one press fills it', async ({
  compare,
  page,
}) => {
  await compare.open();
  await expect(page.getByText('their density, as in Figure 2 of the paper')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Train a run' })).toHaveAttribute('href', '#/train');
  await page.getByRole('button', { name: 'Open the example net' }).click();
  await expect(compare.density.getByText(`${EXAMPLE} (n = 17, h = `)).toBeVisible();
  await expect(page.getByText('net, clean accuracy not measured')).toBeVisible();
});

test('nets are drawn over each other, and one that is unchecked is not', async ({
  compare,
  page,
}) => {
  await compare.open();
  await compare.openExamples(2);
  await expect(compare.density.getByText(`${EXAMPLE} (2) (n = 17`)).toBeVisible();
  expect(await compare.readBars(1)).toMatch(/^conv1: .* 7\.\d+; .*\(2\) 7\.\d+$/);
  await page.getByRole('checkbox', { name: `${EXAMPLE} (2)` }).uncheck();
  await expect(compare.density.getByText(`${EXAMPLE} (2) (n = 17`)).toBeHidden();
  await page.getByRole('checkbox', { name: EXAMPLE, exact: true }).uncheck();
  await expect(page.getByText('Choose a run or a net to draw it.')).toBeVisible();
});

test('the layers that the paper’s code drops are left out of every figure', async ({
  compare,
  page,
}) => {
  await compare.open();
  await compare.openExamples(1);
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

test('the link holds norm, axis, bandwidth and layers, and opens them again', async ({
  compare,
  page,
}) => {
  await compare.open('?norm=linf&layers=conv,dense');
  await compare.openExamples(1);
  await page.getByLabel('Norms on a').selectOption('log');
  await page.getByLabel('Bandwidth').selectOption('typed');
  await page.getByRole('textbox', { name: 'Factor of the deviation' }).fill('0,25');
  await expect(page).toHaveURL(/#\/compare\?norm=linf&axis=log&rule=0\.25&layers=conv,dense$/);
  await expect(compare.density.getByText('Density per decade')).toBeVisible();
  await expect(compare.density.getByText('ℓ∞ norm')).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Open the example net' }).click();
  await expect(page.getByRole('textbox', { name: 'Factor of the deviation' })).toHaveValue('0.25');
  await expect(page.getByRole('checkbox', { name: 'BatchNorm' })).not.toBeChecked();
});

test('a link that cannot be read says which part, and the figures open as usual', async ({
  compare,
  page,
}) => {
  await compare.open('?norm=l7');
  await expect(page.getByRole('alert')).toContainText('norm=l7: it is l1, linf');
  await expect(page.getByText('Nothing to compare yet')).toBeVisible();
});

test('figures are saved as images that stand alone', async ({ compare }) => {
  await compare.open();
  await compare.openExamples(1);
  const svg = await compare.saved(compare.bars, 'SVG');
  expect(svg).toContain('<title>Norms layer by layer</title>');
  expect(svg).toContain('conv8');
  expect(await compare.saved(compare.bars, 'PNG')).toContain('PNG');
  expect(await compare.saved(compare.density, 'CSV')).toContain(',sample,conv1,7.');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing: empty, filled, logarithmic, 360 px wide, ${colorScheme}`, async ({
    compare,
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    const check = async (): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    };
    await compare.open();
    await check();
    await compare.openExamples(2);
    await check();
    await page.getByLabel('Norms on a').selectOption('log');
    await page.setViewportSize({ width: 360, height: 740 });
    await check();
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBe(widths[1]);
  });
}

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
