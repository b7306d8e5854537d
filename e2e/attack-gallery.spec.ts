import { expect, test as base } from './fixtures.ts';
import { AttackPage } from './pages/attack-page.ts';
import { axe, overflow } from './pages/axe.ts';

const test = base.extend<{ attack: AttackPage }>({
  attack: async ({ lab }, use) => {
    await use(new AttackPage(lab));
  },
});

/** A large radius, and steps from the clean image: most images fall, each at some step. */
const PLAN = 'attack.kind=pgd&attack.steps=10&attack.start=clean&threat.eps=0.1&images.count=30';

test('Q2 to Q8: a drawn image is attacked; an evaluation is shown image by image', async ({
  attack,
  page,
}) => {
  await attack.train('Tiny');
  await page.evaluate((plan) => (window.location.hash = `#/attack?${plan}`), PLAN);
  const own = attack.region('An image of your own');
  await expect(own.getByText('No net is chosen')).toBeVisible();
  await page.getByRole('radio', { name: 'Tiny' }).check();
  await expect(own.getByText('The net takes 32×32 pixels, red, green and blue')).toBeVisible();

  await test.step('a file that declares too many pixels is refused before it is decoded', async () => {
    const head = Buffer.alloc(33);
    head.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
    head.writeUInt32BE(60_000, 16);
    head.writeUInt32BE(60_000, 20);
    const file = { name: 'bomb.png', mimeType: 'image/png', buffer: head };
    await own.locator('input[type=file]').setInputFiles(file);
    await expect(own.getByRole('alert')).toContainText('bomb.png has 60000×60000 pixels');
  });

  await test.step('a drawing is attacked', async () => {
    const sheet = own.getByRole('application');
    await sheet.focus();
    await sheet.press('Space');
    for (let k = 0; k < 6; k++) await sheet.press('Shift+ArrowRight');
    await sheet.scrollIntoViewIfNeeded();
    const box = (await sheet.boundingBox())!;
    await page.mouse.move(box.x + 60, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 80, { steps: 3 });
    await page.mouse.up();
    await attack.button('Attack this image').click();
    const result = attack.region('Result');
    await expect(result).toContainText(/The net classifies your image as \w+ \(margin \d/);
    await expect(result.getByRole('slider', { name: 'Step of the attack' })).toBeVisible();
    expect(await axe(page)).toEqual([]);
  });

  await attack.button('Begin').click();
  await expect(page.getByText('This evaluation is finished.')).toBeVisible();
  const gallery = attack.region('Gallery');
  await gallery.getByRole('button', { name: /^fell \d+$/ }).click();
  const items = gallery.getByRole('listitem');
  const fell = await items.count();
  expect(fell).toBeGreaterThan(0);
  await expect(gallery.getByRole('button', { name: `fell ${fell}` })).toBeVisible();
  await expect(items.first()).toContainText(/net\w+ → \w+margin.* → −.*byPGD, step \d+ℓ∞0\.\d/);

  await test.step('the steps of an attack: its slider changes the prediction', async () => {
    const open = items.first().getByRole('button');
    await open.click();
    const dialog = page.getByRole('dialog');
    const slider = dialog.getByRole('slider', { name: 'Step of the attack' });
    await expect(slider).toHaveAttribute(
      'aria-valuetext',
      /^step \d+: classified as \w+, margin −/,
    );
    await slider.press('Home');
    await expect(slider).toHaveAttribute('aria-valuetext', /^step 0: classified as \w+, margin \d/);
    const back = dialog.getByRole('button', { name: 'Back' });
    await back.focus();
    await back.press('Enter');
    await expect(back).toBeFocused();
    const cursor = dialog.getByRole('slider', { name: 'Step under the cursor' });
    await cursor.focus();
    await cursor.press('End');
    await expect(cursor).toHaveAttribute(
      'aria-valuetext',
      /^step \d+: loss \d.*, classified as \w+\.$/,
    );
    await cursor.press('Enter');
    await expect(slider).toHaveAttribute('aria-valuetext', /margin −/);
    expect(await axe(page)).toEqual([]);
    const png = await attack.saved('Save images (PNG)');
    expect(png.name).toMatch(/^image-\d+-pgd-step-\d+\.png$/);
    expect(png.content.subarray(1, 4).toString('latin1')).toBe('PNG');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(open).toBeFocused();
  });

  await test.step('the curve against the radius begins at the clean accuracy and never rises', async () => {
    const figure = attack.region('Robust accuracy against the radius');
    await figure.getByRole('textbox', { name: 'Radii' }).fill('0, 0,02 0.1');
    await attack.button('Draw the curve').click();
    await expect(attack.button('Draw again')).toBeVisible();
    await expect(figure.getByText(/^Clean accuracy, ε = 0: \d/)).toBeVisible();
    const coming = page.waitForEvent('download');
    await figure.getByRole('button', { name: 'CSV' }).click();
    const stream = await (await coming).createReadStream();
    let table = '';
    for await (const part of stream) table += String(part);
    const rows = table
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',').slice(-6));
    const standing = rows.map((row) => Number(row[1]));
    expect(rows.map((row) => Number(row[0]))).toEqual([0, 0.02, 0.1, 0.1]);
    expect(standing[0]).toBeGreaterThanOrEqual(standing[1]!);
    expect(standing[1]).toBeGreaterThanOrEqual(standing[2]!);
  });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await axe(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
});
