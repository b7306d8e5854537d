import { DEEP } from './deep.ts';
import { test as base, expect } from './fixtures.ts';
import { axe, axeInBothThemes, axeInLightTheme, overflow } from './pages/axe.ts';
import { LayerPage } from './pages/layer-page.ts';

// What the panel shows and says of a layer is in src/panels/layer/layer-panel.test.tsx.

const test = base.extend<{ layer: LayerPage }>({
  layer: async ({ page }, use) => {
    await use(new LayerPage(page));
  },
});

/** A layer whose norms can be found in the head: K = [-1 … 8 … -1] on one channel, whole windows. */
const LAPLACIAN = 'in=1x6x6&out=1&k=3&s=1&p=1&kernel=laplacian';

test('the default layer is there without a click, fits 1440 x 900, 360 and 320 px, and passes axe', async ({
  layer,
}) => {
  await layer.openLayer();
  await expect(layer.matrix).toBeVisible();
  await expect(layer.value('Largest row sum')).toHaveText(/^\d+\.\d+$/);
  await expect(layer.l2Status).toHaveText(/^Certified/);
  await expect(layer.lemma).toContainText('Assumption 1 holds.');
  await expect(layer.lemma).toContainText('{0,2} × {0,2}');
  await test.step('all four parts are on screen without scrolling', async () => {
    for (const part of [layer.controls, layer.matrix, layer.norms, layer.lemma]) {
      const box = (await part.boundingBox())!;
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(Math.min(box.y + box.height, box.y + 300)).toBeLessThanOrEqual(900);
    }
    expect((await layer.lemma.boundingBox())!.y).toBeLessThan(700);
  });
  expect(await axeInLightTheme(layer.page)).toEqual([]);
  await layer.norms.getByRole('button', { name: 'Formula (1)' }).click();
  await layer.norms.getByRole('button', { name: 'Show the row that attains' }).click();
  await layer.field('Kernel height').fill('12');
  await expect(layer.field('Kernel height')).toHaveAttribute('aria-invalid', 'true');
  expect(await axeInBothThemes(layer.page)).toEqual([]);
  for (const width of [360, 320]) {
    await layer.page.setViewportSize({ width, height: 740 });
    expect(await overflow(layer.page)).toBe(0);
  }
  if (DEEP) expect(await axe(layer.page)).toEqual([]);
});

test('lays nothing over anything else on a laptop at 1366 x 682', async ({ layer }) => {
  await layer.page.setViewportSize({ width: 1366, height: 682 });
  await layer.openLayer();
  const drawn = (await layer.matrix.locator('canvas').last().boundingBox())!;
  const readout = (await layer.matrix.getByText(/^Point at an entry/).boundingBox())!;
  expect(readout.y).toBeGreaterThanOrEqual(drawn.y + drawn.height);
  await expect(layer.lemma).toContainText('Assumption 1 holds.');
  const widths = await layer.lemma.evaluate((part) => [part.scrollWidth, part.clientWidth]);
  expect(widths[0]).toBe(widths[1]);
});

test('stops the ℓ2 run of a large layer and refines it again', async ({ layer }) => {
  await layer.openLayer('in=64x32x32&out=64&k=3&s=1&p=1&kernel=he&seed=1');
  const refine = layer.norms.getByRole('button', { name: /^Refine the/ });
  const stop = layer.norms.getByRole('button', { name: /^Stop the/ });
  await refine.or(stop).waitFor();
  if (await refine.isVisible()) await refine.click();
  await stop.click();
  await expect(layer.l2Status).toHaveText(/^(Stopped|Certified)/);
  await layer.matrix.getByRole('button', { name: 'CSV', exact: true }).click();
  await expect(layer.matrix).toContainText('entries are in view; CSV takes at most 250,000');
});

test('saves every picture, M and the tables, and takes the layer out as JSON and in again', async ({
  layer,
}) => {
  // The 6 x 6 Laplacian: taps that fall on the middle pixel sum to 16, those on a corner to 11.
  await layer.openLayer(LAPLACIAN);
  await expect(layer.lemma).toContainText('Assumption 1 holds.');
  await expect(layer.slide.getByRole('button', { name: 'Play' })).toBeVisible();
  const firstData: Record<string, RegExp> = {
    kernel: /^i,j,k,t,K\r\n0,0,0,0,-1\r\n/,
    'lemma1-kernel': /^k,t,maximal sets\r\n0,0,/,
    'lemma1-input': /^y,x,vertical taps,horizontal taps\r\n0,0,0 1,0 1\r\n/,
    'kernel-on-input': /^k,t,y,x,inside,K\r\n0,0,-1,-1,0,-1\r\n/,
    'written-output': /^step,y,x,line of M\r\n0,0,0,0\r\n$/,
    'rows-of-m': /^line of M,pixel of the channel,value\r\n0,0,8\r\n0,1,-1\r\n/,
  };
  for (const [name, content] of Object.entries(firstData)) {
    const save = (kind: string) =>
      layer.page.getByRole('button', { name: `${name}: ${kind}`, exact: true });
    const svg = await layer.download(save('SVG'));
    expect(svg.text).toMatch(/^<svg[^]*xmlns="http:[^]*<\/svg>$/);
    const png = await layer.download(save('PNG'));
    expect(png.text.slice(1, 4)).toBe('PNG');
    const csv = await layer.download(save('CSV'));
    expect(csv.text).toMatch(content);
  }
  await test.step('M as it is drawn, and its entries', async () => {
    const save = (kind: string) => layer.matrix.getByRole('button', { name: kind, exact: true });
    await expect(layer.matrix.getByText(/^drawn on/)).toBeVisible();
    const svg = await layer.download(save('SVG'));
    expect(svg.text).toContain('data:image/png;base64,');
    expect(svg.text).toContain('‖M‖∞');
    const png = await layer.download(save('PNG'));
    expect(png.text.slice(1, 4)).toBe('PNG');
    const { text } = await layer.download(save('CSV'));
    const lines = text.trim().split('\n');
    expect(lines).toHaveLength(1 + 36 * 36);
    const values = lines.slice(1).map((line) => Number(line.split(',').at(-1)));
    const column = values.filter((_, at) => at % 36 === 7).map(Math.abs);
    expect(column.reduce((sum, value) => sum + value)).toBe(16);
  });
  const csv = await layer.download(layer.norms.getByRole('button', { name: 'norms: CSV' }));
  expect(csv.text).toContain('l1,Largest column sum,exact,16,1,');
  await test.step('JSON out and in', async () => {
    const { name, text } = await layer.download(
      layer.share.getByRole('button', { name: 'JSON with weights' }),
    );
    expect(name).toBe('layer.json');
    const json = JSON.parse(text) as { kernel: { values: number[] } };
    json.kernel.values[0] = -4;
    await layer.share.locator('input[type=file]').setInputFiles({
      name: 'mine.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(json)),
    });
    await expect(layer.value('Largest column sum')).toHaveText('19');
  });
});

test('is worked by keyboard alone, and its link opens what was edited', async ({ layer }) => {
  await layer.openLayer(LAPLACIAN);
  const { keyboard } = layer.page;
  await layer.slide.getByRole('slider').press('End');
  await expect(layer.slide).toContainText('row 35 of M');
  await layer.field('Vertical stride').focus();
  await keyboard.press('ArrowUp');
  await expect(layer.lemma).toContainText('{0,2} × {0,2}');
  await layer.kernel.getByRole('application').focus();
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  const weight = layer.kernel.getByRole('textbox', { name: 'K[0, 0, 1, 1]' });
  await expect(weight).toHaveValue('8');
  await layer.lemma.getByRole('application', { name: /^Input coloured/ }).focus();
  await keyboard.press('Enter');
  await expect(layer.pinnedSum).toContainText('Column 0');
  // Stride 2 leaves a pixel of an even row and column under K's middle weight alone.
  await weight.fill('18');
  await expect(layer.value('Largest column sum')).toHaveText('18');
  await expect(layer.page).toHaveURL(/kernel=values/);
  await layer.page.reload();
  await expect(layer.value('Largest column sum')).toHaveText('18');
});

test.describe('the Layer panel under fingers', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 800 } });

  test('two fingers magnify M and take it back, one moves it, a tap pins', async ({ layer }) => {
    await layer.openLayer();
    const m = layer.matrix.getByRole('application');
    await m.scrollIntoViewIfNeeded();
    const box = (await m.boundingBox())!;
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const session = await layer.page.context().newCDPSession(layer.page);
    const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', at: [number, number][]) => {
      const points = at.map(([x, y], id) => ({ x: middle.x + x, y: middle.y + y, id }));
      await session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
    };
    const pinch = async (from: number, to: number): Promise<void> => {
      const fingers = (d: number): [number, number][] => [
        [0, -d],
        [0, d],
      ];
      await touch('touchStart', fingers(from));
      for (let n = 1; n <= 10; n++)
        await touch('touchMove', fingers(from + ((to - from) * n) / 10));
      await touch('touchEnd', []);
    };
    const seen = async (): Promise<number[]> => {
      // The address follows after a rest.
      await layer.page.waitForTimeout(800);
      const at = /at=([\d._-]+)/.exec(layer.page.url())?.[1] ?? '0_0_0';
      return at.split('_').map(Number);
    };
    await pinch(20, 120);
    const [row, column, zoom] = await seen();
    expect(zoom).toBeGreaterThan(0.3);
    await touch('touchStart', [[0, 0]]);
    for (let n = 1; n <= 10; n++) await touch('touchMove', [[-6 * n, -4 * n]]);
    await touch('touchEnd', []);
    const moved = await seen();
    expect(moved[0]).toBeGreaterThan(row!);
    expect(moved[1]).toBeGreaterThan(column!);
    expect(moved[2]).toBe(zoom);
    for (let n = 0; n < 3; n++) await pinch(120, 15);
    expect(await seen()).toEqual([0, 0, 0]);
    await layer.page.touchscreen.tap(middle.x, middle.y);
    await expect(layer.page).toHaveURL(/pin=/);
  });
});
