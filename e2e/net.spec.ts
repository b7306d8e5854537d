import { fixtureJson, fixturePath } from '../src/math/testing/fixtures.ts';
import { expect, test as base } from './fixtures.ts';
import { axeInBothThemes, axeInLightTheme, overflow } from './pages/axe.ts';
import { NetPage, type NetFile } from './pages/net-page.ts';

// Forms, files and messages of the panel are in src/panels/net/net-panel.test.tsx.

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

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

test('the example fills the table and the density, sorts, opens in the Layer panel, and passes axe', async ({
  net,
  page,
}) => {
  expect(await axeInLightTheme(page)).toEqual([]);
  await net.openExample();
  await expect(net.row('conv1')).toContainText('s1 p1 on 32×32 → 32×32');
  await expect(net.row('conv1')).toContainText('holds');
  await expect(net.row('conv8')).toContainText('fails');
  await expect(net.table.getByRole('row')).toHaveCount(18);

  await test.step('the table sorts by a column, largest first', async () => {
    await page.getByRole('columnheader', { name: 'ℓ1' }).getByRole('button').click();
    const first = net.table.getByRole('row').nth(1).getByRole('rowheader');
    await expect(first).toHaveText('conv5');
  });
  await test.step('the density is read by keyboard and follows its options', async () => {
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
  await net.details('conv7');
  await test.step('a refused file, with details open', async () => {
    await net.choose([{ name: 'bad.npz', mimeType: '', buffer: Buffer.from('nothing') }]);
    await expect(net.alert).toContainText('bad.npz');
    expect(await axeInBothThemes(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 1440, height: 900 });
  });
  await test.step('a layer opens in the Layer panel with the same ℓ1', async () => {
    const l1 = await net.cell('conv8', 6);
    await net.row('conv8').getByRole('button', { name: 'conv8', exact: true }).click();
    await expect(page).toHaveURL(/#\/layer/);
    await expect(page.getByRole('main')).toContainText(l1);
    await page.goBack();
    await expect(net.row('conv8')).toBeVisible();
  });
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
