import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect } from './fixtures.ts';
import { LayerPage } from './pages/layer-page.ts';

const test = base.extend<{ layer: LayerPage }>({
  layer: async ({ page }, use) => {
    await use(new LayerPage(page));
  },
});

/** A layer whose norms can be found in the head: K = [-1 … 8 … -1] on one channel, whole windows. */
const LAPLACIAN = 'in=1x6x6&out=1&k=3&s=1&p=1&kernel=laplacian';

test.describe('the Layer panel', () => {
  test('shows M, norms and Lemma 1 of the default layer without a click', async ({ layer }) => {
    await layer.openLayer();
    await expect(layer.matrix).toBeVisible();
    await expect(layer.value('Largest row sum')).toHaveText(/^\d+\.\d+$/);
    await expect(layer.l2Status).toHaveText(/^Certified/);
    await expect(layer.lemma).toContainText('Assumption 1 holds.');
    await expect(layer.lemma).toContainText('{0,2} × {0,2}');
  });

  test('shows all four parts at 1440 x 900 without scrolling', async ({ layer }) => {
    await layer.openLayer();
    for (const part of [layer.controls, layer.matrix, layer.norms, layer.lemma]) {
      const box = (await part.boundingBox())!;
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(Math.min(box.y + box.height, box.y + 300)).toBeLessThanOrEqual(900);
    }
    expect((await layer.lemma.boundingBox())!.y).toBeLessThan(700);
  });

  test('computes norms that can be checked in the head', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    await expect(layer.value('Largest column sum')).toHaveText('16');
    await expect(layer.value('Largest row sum')).toHaveText('16');
    await expect(layer.value('Formula (1)')).toHaveText('16');
  });

  test('spells out the inequality when Assumption 1 fails, and by how much (2) is off', async ({
    layer,
  }) => {
    await layer.openLayer('in=1x2x2&out=1&k=3&s=1&p=1&kernel=laplacian');
    await expect(layer.lemma).toContainText('Assumption 1 fails.');
    await expect(layer.lemma).toContainText('κ + c·s − p = 3 + 1·1 − 1 = 3 > 2');
    // A 2x2 input sees four taps of nine: 8 + 1 + 1 + 1 = 11 instead of 16.
    await expect(layer.value('Largest row sum')).toHaveText('11');
    await expect(layer.value('Formula (2)')).toHaveText('16');
    await expect(layer.lemma).toContainText('(2) is 1.455 times the truth');
  });

  test('explains a value that cannot be next to its field and keeps the last good layer', async ({
    layer,
  }) => {
    await layer.openLayer(LAPLACIAN);
    await layer.field('Kernel height').fill('12');
    const field = layer.field('Kernel height');
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(
      /spans 12 pixels but the padded input has only 8/,
    );
    await expect(layer.value('Largest column sum')).toHaveText('16');
    await expect(layer.page.getByText('still show the last valid layer')).toBeVisible();
    await field.fill('3');
    await expect(layer.page.getByText('still show the last valid layer')).toBeHidden();
  });

  test('refuses reflecting padding with the reason next to the field', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    await layer.choice('Filled with').selectOption('reflect');
    await expect(layer.choice('Filled with')).toHaveAccessibleDescription(/read the same pixel/);
  });

  test('accepts a decimal comma in the kernel, and undoes the edit', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    await layer.kernel.getByRole('textbox', { name: 'K[0, 0, 0, 0]' }).fill('-1,5');
    await expect(layer.value('Largest column sum')).toHaveText('16.50');
    await expect(layer.choice('Weights')).toHaveValue('values');
    await layer.kernel.getByRole('button', { name: 'Undo edit' }).click();
    await expect(layer.value('Largest column sum')).toHaveText('16');
    await expect(layer.choice('Weights')).toHaveValue('laplacian');
  });

  test('takes edited weights back one at a time, or all at once', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    const edit = async (name: string, value: string): Promise<void> => {
      await layer.kernel.getByRole('application').press('Enter');
      await layer.kernel.getByRole('textbox', { name }).fill(value);
    };
    const sum = layer.value('Largest column sum');
    await edit('K[0, 0, 0, 0]', '-3');
    await layer.kernel.getByRole('application').press('ArrowRight');
    await edit('K[0, 0, 0, 1]', '-4');
    await expect(sum).toHaveText('21');
    await layer.kernel.getByRole('button', { name: 'Undo edit' }).click();
    await expect(sum).toHaveText('18');
    await edit('K[0, 0, 0, 1]', '-2');
    await expect(sum).toHaveText('19');
    await layer.kernel.getByRole('button', { name: 'Undo all' }).click();
    await expect(sum).toHaveText('16');
    await expect(layer.choice('Weights')).toHaveValue('laplacian');
    await expect(layer.kernel.getByRole('button', { name: 'Undo all' })).toBeDisabled();
  });

  test('pins the column that attains ℓ1 and writes its sum out', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    await layer.norms.getByRole('button', { name: 'Show the column that attains' }).click();
    await expect(layer.pinnedSum).toContainText('|K[0,0,0,0]| + |K[0,0,0,1]|');
    await expect(layer.pinnedSum).toContainText('(9 terms) = 16');
    await expect(layer.page).toHaveURL(/pin=i0\.1\.1/);
  });

  test('keeps everything in the link, edited weights too', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    await layer.kernel.getByRole('textbox', { name: 'K[0, 0, 0, 0]' }).fill('7');
    await expect(layer.page).toHaveURL(/kernel=values/);
    await layer.page.reload();
    await expect(layer.value('Largest column sum')).toHaveText('22');
  });

  test('says what is wrong with a bad link and keeps its text', async ({ layer }) => {
    await layer.openLayer('in=3x8x8&out=4&k=banana');
    await expect(layer.page.getByRole('alert')).toContainText('k=banana');
    await expect(layer.page).toHaveURL(/k=banana/);
    await expect(layer.value('Largest column sum')).toHaveText(/\d/);
  });

  test('follows a link that is pasted into the open page', async ({ layer }) => {
    await layer.openLayer();
    await layer.page.evaluate((query) => {
      location.hash = `#/layer?${query}`;
    }, LAPLACIAN);
    await expect(layer.value('Largest column sum')).toHaveText('16');
  });

  test('stops the ℓ2 run of a large layer and refines it again', async ({ layer }) => {
    await layer.openLayer('in=64x32x32&out=64&k=3&s=1&p=1&kernel=he&seed=1');
    const refine = layer.norms.getByRole('button', { name: /^Refine the/ });
    const stop = layer.norms.getByRole('button', { name: /^Stop the/ });
    await refine.or(stop).waitFor();
    if (await refine.isVisible()) await refine.click();
    await stop.click();
    await expect(layer.l2Status).toHaveText(/^(Stopped|Certified)/);
  });

  test('slides the kernel step by step and names the row of M', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    await layer.slide.getByRole('button', { name: 'Step' }).click();
    await expect(layer.slide).toContainText('Output pixel (0, 1) of channel 0 is row 1 of M.');
    await expect(layer.slide).toContainText('6 fall inside the input');
    await layer.slide.getByRole('slider').press('End');
    await expect(layer.slide).toContainText('row 35 of M');
  });

  test('takes the layer out as JSON and in again', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
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

  test('refuses a broken JSON with the path of the field', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    await layer.share.locator('input[type=file]').setInputFiles({
      name: 'mine.json',
      mimeType: 'application/json',
      buffer: Buffer.from(
        '{"format":"norm-lab/layer","version":1,"type":"conv","inputChannels":0}',
      ),
    });
    await expect(layer.share.getByRole('status').first()).toHaveText(
      /mine\.json: inputChannels: give/,
    );
  });

  test('writes the same layer in PyTorch', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    await layer.share.getByText('The same layer in PyTorch').click();
    await expect(layer.share.getByRole('region')).toContainText(
      'nn.Conv2d(1, 1, kernel_size=3, padding=1, bias=False)',
    );
  });

  test('keeps the open rows of the norms table in the link', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    const row = (name: string) => layer.norms.getByRole('button', { name, exact: true });
    await row('Formula (1)').click();
    await row('Lanczos').click();
    await expect(layer.page).toHaveURL(/rows=formula1_lanczos/);
    await layer.page.reload();
    await expect(row('Formula (1)')).toHaveAttribute('aria-expanded', 'true');
    await expect(row('Lanczos')).toHaveAttribute('aria-expanded', 'true');
    await row('Lanczos').click();
    await expect(layer.page).toHaveURL(/rows=formula1$/);
  });

  test('saves every picture as SVG, PNG and CSV', async ({ layer }) => {
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
  });

  test('saves M as it is drawn, and its entries', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
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

  test('says how many entries a CSV of M takes at most', async ({ layer }) => {
    await layer.openLayer('in=3x32x32&out=8&k=3&s=1&p=1&kernel=he&seed=1');
    await layer.matrix.getByRole('button', { name: 'CSV', exact: true }).click();
    await expect(layer.matrix).toContainText('entries are in view; CSV takes at most 250,000');
  });

  test('saves tables as CSV', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    const csv = await layer.download(layer.norms.getByRole('button', { name: 'norms: CSV' }));
    expect(csv.text).toContain('l1,Largest column sum,exact,16,1,');
  });
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

test.describe('the Layer panel for everyone', () => {
  for (const scheme of ['light', 'dark'] as const) {
    test(`axe finds nothing in ${scheme}: default, explained and failing`, async ({ layer }) => {
      await layer.page.emulateMedia({ colorScheme: scheme });
      await layer.openLayer();
      const check = async (): Promise<void> => {
        const { violations } = await new AxeBuilder({ page: layer.page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      };
      await check();
      await layer.norms.getByRole('button', { name: 'Formula (1)' }).click();
      await layer.norms.getByRole('button', { name: 'Show the row that attains' }).click();
      await layer.field('Kernel height').fill('12');
      await expect(layer.field('Kernel height')).toHaveAttribute('aria-invalid', 'true');
      await check();
    });
  }

  for (const width of [360, 320]) {
    test(`fits ${width} px without scrolling sideways`, async ({ layer }) => {
      await layer.page.setViewportSize({ width, height: 740 });
      await layer.openLayer();
      const wide = await layer.page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
    });
  }

  test('is worked by keyboard alone: presets, stride, kernel, Lemma 1', async ({ layer }) => {
    await layer.openLayer(LAPLACIAN);
    const { keyboard } = layer.page;
    await layer.field('Vertical stride').focus();
    await keyboard.press('ArrowUp');
    await expect(layer.lemma).toContainText('{0,2} × {0,2}');
    await layer.kernel.getByRole('application').focus();
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await expect(layer.kernel.getByRole('textbox', { name: 'K[0, 0, 1, 1]' })).toHaveValue('8');
    await layer.lemma.getByRole('application', { name: /^Input coloured/ }).focus();
    await keyboard.press('Enter');
    await expect(layer.pinnedSum).toContainText('Column 0');
  });
});
