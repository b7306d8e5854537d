import { expect, test as base } from './fixtures.ts';
import { AttackPage } from './pages/attack-page.ts';
import { axe, overflow } from './pages/axe.ts';

const test = base.extend<{ attack: AttackPage }>({
  attack: async ({ lab }, use) => {
    await use(new AttackPage(lab));
  },
});

const PGD = 'Tiny, PGD (Steps 5), ℓ∞, ε = 0.01';

test('Y34: a run is attacked, stopped, resumed after a reload, compared and saved', async ({
  attack,
  page,
}) => {
  await test.step('the empty panel passes axe and fits 360 px', async () => {
    const wide = page.viewportSize()!;
    await attack.open();
    await expect(page.getByText('There is no net to attack yet')).toBeVisible();
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await axe(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize(wide);
  });
  await attack.train('Tiny');
  await attack.goTo('Attack');
  await page.getByRole('radio', { name: 'Tiny' }).check();
  await attack.choice('Attack').selectOption('apgd-ce');
  // Few images, and steps enough to be stopped among.
  await attack.field('Iterations').fill('300');
  await attack.field('ε').fill('0,01');
  await attack.field('Images').fill('16');
  await attack.button('Begin').click();
  await expect(attack.region('Progress').getByText('APGD-CE (1 of 1)')).toBeVisible();
  await attack.button('Stop').click();
  await expect(attack.button('Resume')).toBeFocused();

  await attack.button('New one like this').click();
  await attack.choice('Attack').selectOption('pgd');
  await attack.field('Steps').fill('5');
  await attack.button('Begin').click();
  const numbers = attack.region('Robust accuracy');
  await expect(page.getByText('This evaluation is finished.')).toBeVisible();
  await expect(numbers).toContainText(/Robust accuracy ≤ upper\d+\.\d %\d+ of 16, 95 % interval/);
  await expect(numbers).toContainText(/Clean accuracy\d+\.\d %\d+ of 16/);
  await expect(attack.evaluation(PGD)).toContainText('finished');

  await page.reload();
  await page.getByLabel('Show Tiny, APGD-CE (Iterations 300), ℓ∞, ε = 0.01').check();
  await attack.button('Resume').click();
  await expect(page.getByText('This evaluation is finished.')).toBeVisible({ timeout: 60_000 });
  const cursor = attack.region('Robust accuracy after each attack').getByRole('slider');
  await cursor.focus();
  await cursor.press('End');
  await expect(cursor).toHaveAttribute('aria-valuetext', /^after APGD-CE: \d+\.\d % \(\d+ of 16\)/);
  const other = attack.choice('Compare with');
  await other.selectOption('Tiny · PGD (Steps 5), ℓ∞, ε = 0.01');
  await expect(page.getByText(/McNemar’s exact test: p = /)).toBeVisible();

  await attack.button('Run the checks').click();
  const card = attack.region('Can it be trusted?');
  await expect(card).toContainText(/\d+ passed, \d+ failed, \d+ not run/, { timeout: 60_000 });
  await expect(card).toContainText('Of 16 images, ');
  await expect(card.getByText('✗ failed').first()).toBeVisible();

  const { content } = await attack.saved('Flags (CSV)');
  const lines = content.toString('utf8').trimEnd().split('\r\n');
  expect(lines).toHaveLength(17);
  expect(lines[0]).toMatch(/^index,label,clean_prediction,clean_margin,stands/);
  const standing = lines.slice(1).filter((line) => line.split(',')[4] === '1').length;
  await expect(numbers).toContainText(`${standing} of 16`);
  const npz = await attack.saved('Images (npz)');
  expect(npz.name).toBe('adversarial.npz');
  expect(npz.content.subarray(0, 2).toString('latin1')).toBe('PK');

  await attack.goTo('Compare');
  const density = attack.region('Density of the layers’ norms');
  await expect(density.getByText(/^Tiny \(\d+ % \| \d+ %; n = 7, h = /)).toBeVisible();
  await expect(
    density.getByText(/^Robust accuracy of Tiny: PGD \(Steps 5\), ℓ∞, ε = 0.01/),
  ).toBeVisible();
  await attack.goTo('Attack');

  await attack.button(`Delete ${PGD}`).click();
  await expect(attack.evaluation(PGD)).toHaveCount(0);
  await attack.button('Undo').click();
  await expect(attack.evaluation(PGD)).toBeVisible();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await axe(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
});
