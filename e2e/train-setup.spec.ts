import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { axeInBothThemes } from './pages/axe.ts';

const layers = (page: Page): Locator => page.getByRole('list', { name: 'Layers, in order' });
const images = (page: Page): Locator => page.getByLabel('Images', { exact: true });
const controls = (page: Page): Locator => page.getByRole('group', { name: 'Run controls' });
const play = (page: Page): Locator => controls(page).getByRole('button', { name: 'Play' });

async function manage(page: Page): Promise<void> {
  await page.getByText('Add and remove images').click();
}

/** An idx file: bytes of the given sizes. */
function idx(sizes: readonly number[], body: Buffer): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, k) => head.writeUInt32BE(size, 4 + 4 * k));
  return Buffer.concat([head, body]);
}

/** `count` grey images of 12x12: the label is the bright row. */
function idxPair(stem: string, count: number): { name: string; body: Buffer }[] {
  const labels = Buffer.from(Array.from({ length: count }, (_, k) => k % 10));
  const pixels = Buffer.alloc(count * 144);
  labels.forEach((label, k) => pixels.fill(255, k * 144 + label * 12, k * 144 + label * 12 + 12));
  return [
    { name: `${stem}-images-idx3-ubyte`, body: idx([count, 12, 12], pixels) },
    { name: `${stem}-labels-idx1-ubyte`, body: idx([count], labels) },
  ];
}

function chunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}

/** A PNG of 20x10 pixels of one colour. */
function png(color: readonly [number, number, number]): Buffer {
  const header = Buffer.from([0, 0, 0, 20, 0, 0, 0, 10, 8, 2, 0, 0, 0]);
  const row = Buffer.from([0, ...Array.from({ length: 20 }, () => color).flat()]);
  const data = deflateSync(Buffer.concat(Array.from({ length: 10 }, () => row)));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A folder of two classes of six images each, and one that is none. */
async function petFolder(): Promise<string> {
  const root = join(await mkdtemp(join(tmpdir(), 'norm-lab-')), 'pets');
  for (const [name, color] of [
    ['cat', [200, 30, 30]],
    ['dog', [30, 30, 200]],
  ] as const) {
    await mkdir(join(root, name), { recursive: true });
    for (let k = 0; k < 6; k++) await writeFile(join(root, name, `${k}.png`), png(color));
  }
  await writeFile(join(root, 'cat', 'broken.png'), 'no image');
  return root;
}

test('official files that are dropped are shown, chosen and trained on', async ({ lab, page }) => {
  await lab.open('#/train');
  await manage(page);
  const files = [...idxPair('train', 200), ...idxPair('t10k', 50)].map(({ name, body }) => {
    return { name, base64: body.toString('base64') };
  });
  const transfer = await page.evaluateHandle((given) => {
    const dropped = new DataTransfer();
    for (const { name, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      dropped.items.add(new File([bytes], name));
    }
    return dropped;
  }, files);
  await page.getByText('Drop official files').dispatchEvent('drop', { dataTransfer: transfer });
  await expect(page.getByText('idx set is in this browser now.')).toBeVisible();
  await expect(page.getByRole('img', { name: 'Images of idx set: 0, 1, 2' })).toBeVisible();
  await expect(images(page)).toHaveValue('own');
  await expect(page.getByLabel('Training images')).toHaveValue('0');
  await expect(page.getByText('200 + 50 test images, 12×12×1')).toBeVisible();
  await page.getByRole('button', { name: 'Play' }).click();
  const run = page.getByRole('row', { name: 'Show Run 1' });
  await expect(run).toContainText('35 / 35, finished');
  await expect(run).toContainText('100.0 %');
});

test('a folder of class folders is decoded, used, kept over a reload, and removed after a question', async ({
  lab,
  page,
}) => {
  await lab.open('#/train');
  await manage(page);
  await page.locator('input[webkitdirectory]').setInputFiles(await petFolder());
  await expect(page.getByText('Images that could not be decoded were left out (1)')).toBeVisible();
  await expect(page.getByRole('img', { name: 'Images of pets: cat, dog' })).toBeVisible();
  await expect(page).toHaveURL(/data\.own=pets/);
  await page.reload();
  await expect(page.getByRole('img', { name: 'Images of pets: cat, dog' })).toBeVisible();
  await manage(page);
  await page.getByRole('button', { name: 'Remove pets' }).click();
  await page
    .getByRole('group', { name: 'Remove pets' })
    .getByText('Remove', { exact: true })
    .click();
  await expect(page.getByText('“pets” is not in this browser. Add its folder again')).toBeVisible();
  await expect(play(page)).toBeDisabled();
  await expect(play(page)).toHaveAccessibleDescription('“pets” is not in this browser.');
  await controls(page).getByRole('button', { name: 'Add its folder again' }).click();
  await expect(page.getByRole('button', { name: 'Choose a folder…' })).toBeFocused();
});

test('P11 a set that is not here keeps Play off, says its size, and names every server that does not give it', async ({
  lab,
  page,
  context,
  faults,
}) => {
  await context.route(/amazonaws|googleapis/, (route) => route.abort('connectionrefused'));
  await lab.open('#/train');
  await images(page).selectOption('mnist');
  const why = 'MNIST is not in this browser yet.';
  await expect(page.getByText(why)).toHaveCount(2);
  await expect(play(page)).toBeDisabled();
  await expect(play(page)).toHaveAccessibleDescription(why);
  await controls(page).getByRole('button', { name: 'Download MNIST (11.6 MB)' }).click();
  const note = page.getByRole('alert').filter({ hasText: 'The images could not be added.' });
  await expect(note).toContainText('ossci-datasets.s3.amazonaws.com cannot be reached');
  await expect(note).toContainText('storage.googleapis.com cannot be reached');
  await expect(note).toContainText('drop them here');
  faults.length = 0;
});

test('layers are taken out, restored, moved with the keyboard and set; the link holds them', async ({
  lab,
  page,
}) => {
  await lab.open('#/train');
  await page.getByLabel('Net', { exact: true }).selectOption('own layers');
  await expect(page.getByText('33,946 parameters in 14 layers')).toBeVisible();
  await page.getByRole('button', { name: 'Remove: Layer 13: Flatten' }).click();
  await expect(layers(page)).toContainText('gets an image of 64×4×4; put Flatten before it.');
  await expect(page.getByRole('button', { name: 'Play' })).toBeDisabled();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('33,946 parameters in 14 layers')).toBeVisible();
  const down = page.getByRole('button', { name: 'Move down: Layer 3: ReLU' });
  await down.press('Enter');
  await expect(page.getByRole('button', { name: 'Move down: Layer 4: ReLU' })).toBeFocused();
  await page.getByRole('button', { name: 'Settings of Layer 1: Convolution' }).click();
  await page.getByRole('textbox', { name: 'Groups' }).fill('2');
  await expect(layers(page)).toContainText('2 groups do not divide 3 channels in and 16 out');
  await page.getByRole('textbox', { name: 'Groups' }).fill('1');
  await page.getByRole('textbox', { name: 'Channels' }).fill('8');
  await expect(layers(page).getByRole('listitem').first()).toContainText('gives 8×32×32');
  await expect(page).toHaveURL(/net\.rows=.*%22channels%22:8,/);
  await page.reload();
  await expect(layers(page).getByRole('listitem').first()).toContainText('gives 8×32×32');
  await page.getByRole('button', { name: 'One step' }).click();
  const run = page.getByRole('row', { name: 'Show Run 1' });
  await expect(run).toContainText('own layers (14)');
  await expect(run).toContainText('1 / 785, paused');
});

test('the chooser and the layer list pass axe in both themes', async ({ lab, page }) => {
  await lab.open('#/train');
  await manage(page);
  await page.getByLabel('Net', { exact: true }).selectOption('own layers');
  await page.getByRole('button', { name: 'Settings of Layer 1: Convolution' }).click();
  await page.getByRole('button', { name: 'Remove: Layer 13: Flatten' }).click();
  await expect(layers(page)).toContainText('put Flatten before it.');
  expect(await axeInBothThemes(page)).toEqual([]);
});
