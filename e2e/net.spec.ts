import AxeBuilder from '@axe-core/playwright';
import { fixtureJson, fixturePath } from '../src/math/testing/fixtures.ts';
import { expect, test as base } from './fixtures.ts';
import { NetPage, type NetFile } from './pages/net-page.ts';

/** Paths of files of the reference net mnist-plain. */
const plainNet = (...files: string[]): string[] =>
  files.map((file) => fixturePath(`nets/mnist-plain/${file}`));

const test = base.extend<{ net: NetPage }>({
  net: async ({ lab }, use) => {
    const net = new NetPage(lab);
    await net.open();
    await use(net);
  },
});

/** safetensors of float32 tensors. */
function safetensors(
  name: string,
  tensors: Record<string, { shape: number[]; values: number[] }>,
): NetFile {
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([key, { shape, values }]) => {
      const from = at;
      at += 4 * values.length;
      return [key, { dtype: 'F32', shape, data_offsets: [from, at] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const data = Float32Array.from(Object.values(tensors).flatMap(({ values }) => values));
  return {
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.concat([length, text, Buffer.from(data.buffer)]),
  };
}

const HALVES = {
  // Bits of 1.5, −2, 0.5 and 3, by hand.
  F16: [0x3e00, 0xc000, 0x3800, 0x4200],
  BF16: [0x3fc0, 0xc000, 0x3f00, 0x4040],
} as const;

/** safetensors of one dense layer, W = [[1.5, −2], [0.5, 3]], in a half precision. */
function halfPrecision(dtype: keyof typeof HALVES): NetFile {
  const header = { 'fc.weight': { dtype, shape: [2, 2], data_offsets: [0, 8] } };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const data = Buffer.from(Uint16Array.from(HALVES[dtype]).buffer);
  return {
    name: `${dtype}.safetensors`,
    mimeType: 'application/octet-stream',
    buffer: Buffer.concat([length, text, data]),
  };
}

/** A tfjs model whose weights straddle two shards: a 1x1 conv (HWIO) and a dense layer (in, out). */
function tfjsModel(): NetFile[] {
  const values = Buffer.from(Float32Array.of(1, -2, 3, 4, 1, 2, 3, 4, 5, 6).buffer);
  const weights = [
    { name: 'conv/kernel', shape: [1, 1, 2, 2], dtype: 'float32' },
    { name: 'fc/kernel', shape: [2, 3], dtype: 'float32' },
  ];
  const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
  const model = { format: 'layers-model', weightsManifest: [{ paths, weights }] };
  const mimeType = 'application/octet-stream';
  return [
    { name: paths[1]!, mimeType, buffer: values.subarray(22) },
    { name: 'model.json', mimeType, buffer: Buffer.from(JSON.stringify(model)) },
    { name: paths[0]!, mimeType, buffer: values.subarray(0, 22) },
  ];
}

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

test('the example fills the table: exact norms, intervals, and Assumption 1 where it fails', async ({
  net,
}) => {
  await net.openExample();
  await expect(net.row('conv1')).toContainText('s1 p1 on 32×32 → 32×32');
  await expect(net.row('conv1')).toContainText('holds');
  await expect(net.row('conv8')).toContainText('fails');
  await expect(net.table.getByRole('row')).toHaveCount(18);
});

test('fixture weights with their description give the golden norms', async ({ net }) => {
  await net.choose(plainNet('weights.safetensors', 'arch.json'));
  await net.settled();
  const goldens = fixtureJson('nets/mnist-plain/goldens.json') as {
    layer_norms: { name: string; exact: { l1: number; linf: number } }[];
  };
  for (const { name, exact } of goldens.layer_norms) {
    expect(await net.cell(name, 6)).toBe(exact.l1.toPrecision(4));
    expect(await net.cell(name, 7)).toBe(exact.linf.toPrecision(4));
  }
  await expect(net.row('conv2')).toContainText('s2 p0,1,0,1 on 14×14 → 7×7');
  await expect(net.table.getByText('guess')).toHaveCount(0);
});

test('a description that comes later makes the geometry exact', async ({ net }) => {
  await net.choose(plainNet('weights.npz'));
  await net.settled();
  await expect(net.row('conv2')).toContainText('guess');
  await net.choose(plainNet('arch.json'));
  await expect(net.row('conv2')).toContainText('on 14×14 → 7×7');
  await expect(net.table.getByText('guess')).toHaveCount(0);
});

for (const dtype of ['F16', 'BF16'] as const) {
  test(`${dtype} weights give norms that can be found in the head`, async ({ net }) => {
    await net.choose([halfPrecision(dtype)]);
    await net.settled();
    expect(await net.cell('fc', 6)).toBe('5');
    expect(await net.cell('fc', 7)).toBe('3.500');
  });
}

test('a tfjs model is opened with its shards; without one it says which is missing', async ({
  net,
}) => {
  const [second, ...rest] = tfjsModel();
  await net.choose(rest);
  await expect(net.alert).toContainText('group1-shard2of2.bin');
  await net.choose([second!, ...rest]);
  await net.settled();
  // Sums of |W| over a line: 3 + 4 and 2 + 4 of the conv, 4 + 5 + 6 and 3 + 6 of the dense layer.
  expect(await net.cell('conv', 6)).toBe('7');
  expect(await net.cell('conv', 7)).toBe('6');
  expect(await net.cell('fc', 6)).toBe('15');
  expect(await net.cell('fc', 7)).toBe('9');
});

test('a bad file says what is wrong with it, and the table stays', async ({ net }) => {
  await net.openExample();
  const bytes = Buffer.from([1, 2, 3, 4]);
  await net.choose([{ name: 'broken.safetensors', mimeType: '', buffer: bytes }]);
  await expect(net.alert).toContainText('broken.safetensors');
  await expect(net.alert).toContainText('Nets that were open stay open.');
  await expect(net.row('conv1')).toBeVisible();
  await net.choose([safetensors('empty.safetensors', { bias: { shape: [2], values: [1, 2] } })]);
  await expect(net.alert).toContainText('no conv (4 axes), dense (2 axes) or BatchNorm');
});

test('a layer opens in the Layer panel with the same ℓ1', async ({ net, page }) => {
  await net.openExample();
  const l1 = await net.cell('conv8', 6);
  await net.row('conv8').getByRole('button', { name: 'conv8', exact: true }).click();
  await expect(page).toHaveURL(/#\/layer/);
  await expect(page.getByRole('main')).toContainText(l1);
  await page.goBack();
  await expect(net.row('conv8')).toBeVisible();
});

test('guesses are marked until they are touched, and only that layer changes', async ({
  net,
  page,
}) => {
  await net.choose([
    safetensors('two.safetensors', {
      'a.weight': { shape: [1, 1, 3, 3], values: ones(9) },
      'b.weight': { shape: [1, 1, 3, 3], values: ones(9) },
    }),
  ]);
  await net.settled();
  expect(await net.cell('a', 6)).toBe('9');
  await net.details('a');
  await page.getByRole('textbox', { name: 'Input height' }).fill('1');
  await expect(net.row('a')).toContainText('on 1×1 → 1×1');
  await expect(net.row('a').getByRole('cell').nth(5)).toHaveText('1');
  expect(await net.cell('b', 6)).toBe('9');
  const input = page.getByRole('group', { name: 'Input' });
  await expect(input.locator('..').getByText('guess')).toHaveCount(0);
});

test('an impossible geometry is explained and the last good numbers stay', async ({
  net,
  page,
}) => {
  await net.choose([
    safetensors('one.safetensors', { 'a.weight': { shape: [1, 1, 3, 3], values: ones(9) } }),
  ]);
  await net.settled();
  await net.details('a');
  await page.getByRole('textbox', { name: 'Vertical stride' }).fill('0');
  await expect(net.alert).toContainText('stride = 0');
  expect(await net.cell('a', 6)).toBe('9');
});

test('a kernel larger than the guessed input asks for the input size that it needs', async ({
  net,
  page,
}) => {
  const shape = [1, 1, 99, 1];
  await net.choose([safetensors('tall.safetensors', { 'a.weight': { shape, values: ones(99) } })]);
  await net.settled();
  await net.details('a');
  await page.getByRole('textbox', { name: 'Top padding' }).fill('0');
  await expect(net.alert).toContainText('vertical kernel size = 99');
  await page.getByRole('textbox', { name: 'Input height' }).fill('120');
  await expect(net.row('a')).toContainText('on 120×120');
  // 71 rows of windows fit, so a pixel is under at most 71 of the 99 taps.
  await expect(net.row('a').getByRole('cell').nth(5)).toHaveText('71');
});

test('one input size goes to every layer that is still guessed', async ({ net, page }) => {
  const tensor = { shape: [1, 1, 3, 3], values: ones(9) };
  await net.choose([
    safetensors('three.safetensors', {
      'a.weight': tensor,
      'b.weight': tensor,
      'c.weight': tensor,
    }),
  ]);
  await net.settled();
  await net.details('a');
  await page.getByRole('textbox', { name: 'Input height' }).fill('28');
  await page.getByRole('button', { name: 'Use 28×28 for the 2 other guessed layers' }).click();
  await expect(net.row('c')).toContainText('on 28×28 → 28×28');
});

test('a long computation is stopped at once and can be taken up again', async ({ net, page }) => {
  const shape = [128, 128, 3, 3];
  const values = Array.from({ length: 128 * 128 * 9 }, (_, k) => Math.sin(k));
  await net.choose([safetensors('wide.safetensors', { 'a.weight': { shape, values } })]);
  await expect(net.row('a').getByRole('cell').nth(5)).not.toHaveText('…');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeHidden({
    timeout: 1000,
  });
  const rest = page.getByRole('button', { name: 'Compute the remaining layer' });
  if (await rest.isVisible()) {
    await rest.click();
    await net.settled();
    await expect(net.row('a')).not.toContainText('not bracketed');
  }
});

test('files that are dropped anywhere on the panel are opened', async ({ net, page }) => {
  const file = safetensors('dropped.safetensors', {
    'a.weight': { shape: [2, 2], values: [1, 2, 3, 4] },
  });
  const bytes = typeof file === 'string' ? [] : [...file.buffer];
  const transfer = await page.evaluateHandle((content) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(content)], 'dropped.safetensors'));
    return data;
  }, bytes);
  const heading = page.getByRole('heading', { name: 'Net inspector' });
  await heading.dispatchEvent('dragover', { dataTransfer: transfer });
  await heading.dispatchEvent('drop', { dataTransfer: transfer });
  await expect(net.row('a')).toBeVisible();
  await net.settled();
  expect(await net.cell('a', 6)).toBe('6');
});

test('weights that are not finite fail by name while the other layers go on', async ({ net }) => {
  await net.choose([
    safetensors('nan.safetensors', {
      'a.weight': { shape: [1, 1, 1, 2], values: [1, NaN] },
      'b.weight': { shape: [2, 2], values: [1, 2, 3, 4] },
    }),
  ]);
  await net.settled();
  await expect(net.row('a')).toContainText('weight [0, 0, 0, 1] = NaN');
  expect(await net.cell('b', 6)).toBe('6');
});

test('nets are drawn together, removed, and brought back', async ({ net, page }) => {
  await net.openExample();
  await net.choose([
    safetensors('mine.safetensors', { 'b.weight': { shape: [2, 2], values: [1, 2, 3, 4] } }),
  ]);
  await net.settled();
  await expect(
    page.getByText('mine has no curve. A density needs at least two samples; there is one.'),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Remove mine' }).click();
  await expect(page.getByText('mine was removed.')).toBeVisible();
  await expect(net.row('conv1')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(net.row('b')).toBeVisible();
});

test('the table sorts by a column, largest first', async ({ net, page }) => {
  await net.openExample();
  await page.getByRole('columnheader', { name: 'ℓ1' }).getByRole('button').click();
  const first = net.table.getByRole('row').nth(1).getByRole('rowheader');
  await expect(first).toHaveText('conv5');
});

test('the density is read by keyboard and follows its options', async ({ net, page }) => {
  await net.openExample();
  const cursor = page.getByRole('slider', { name: 'Place on the axis' });
  await cursor.focus();
  await cursor.press('Home');
  await cursor.press('Shift+ArrowRight');
  await expect(cursor).toHaveAttribute(
    'aria-valuetext',
    /Nearest: fc of Example \(random weights, seed 1\), 0\.9180/,
  );
  await page.getByLabel('Bandwidth').selectOption('silverman');
  await expect(page.getByText(/n = 17, h = 3\.\d+/)).toBeVisible();
  await page.getByRole('checkbox', { name: 'BatchNorm' }).uncheck();
  await expect(page.getByText(/n = 9, h = /)).toBeVisible();
});

test('table, figure and description can be saved, and the description opened again', async ({
  net,
  page,
}) => {
  await net.choose([
    safetensors('w.safetensors', { 'a.weight': { shape: [1, 1, 3, 3], values: ones(9) } }),
  ]);
  await net.settled();
  await net.details('a');
  await page.getByRole('textbox', { name: 'Input height' }).fill('2');
  await expect(net.row('a')).toContainText('on 2×2 → 2×2');
  const description = await net.saved('Description (JSON)');
  expect(await net.saved('Table (CSV)')).toMatch(/^1,a,conv2d,1x1x3x3,/m);
  expect(await net.saved('CSV')).toContain('sample,a,4,');
  expect(await net.saved('PNG')).toContain('PNG');
  expect(await net.saved('SVG')).toContain('<title>Density of the layers’ norms</title>');
  await page.getByRole('textbox', { name: 'Input height' }).fill('5');
  await expect(net.row('a')).toContainText('on 5×5 → 5×5');
  await net.choose([
    { name: 'w.json', mimeType: 'application/json', buffer: Buffer.from(description) },
  ]);
  await expect(net.row('a')).toContainText('on 2×2 → 2×2');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing: empty, filled with details, refused, ${colorScheme}`, async ({
    net,
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    const check = async (): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    };
    await check();
    await net.openExample();
    await net.choose([
      safetensors('w.safetensors', { 'a.weight': { shape: [1, 1, 3, 3], values: ones(9) } }),
    ]);
    await net.settled();
    await net.details('a');
    await check();
    await net.choose([{ name: 'bad.npz', mimeType: '', buffer: Buffer.from('nothing') }]);
    await expect(net.alert).toBeVisible();
    await check();
  });
}

test('360 px wide: nothing but the table scrolls sideways', async ({ net, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await net.openExample();
  await net.details('conv7');
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(widths[0]).toBe(widths[1]);
});
