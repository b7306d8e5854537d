import { expect, test as base } from './fixtures.ts';
import { axe, overflow } from './pages/axe.ts';
import { TrainPage } from './pages/train-page.ts';

const test = base.extend<{ train: TrainPage }>({
  train: async ({ lab }, use) => {
    await use(new TrainPage(lab));
  },
});

const SMALL = 'data.train=200&data.test=100';
const DECAY = `${SMALL}&regularizer.kind=norm-decay-linf&regularizer.beta=0.01`;

test('P8 a step of norm decay is taken line by line: h on the kernel changes, then the weights', async ({
  train,
}) => {
  const { page } = train;
  await train.open(DECAY);
  await train.button('One step').click();
  const lines = page.getByRole('region', { name: 'Algorithm 1' });
  const current = lines.locator('li[aria-current="step"]');
  await expect(page.getByText('Shown: before step 2.')).toBeVisible();
  const next = train.button('Next line');
  await expect(next).toHaveAttribute('aria-disabled', 'false');
  await next.focus();
  await next.press('Enter');
  await next.press('Enter');
  await expect(current).toContainText(/ℓ∞ norm = \d+\.\d+, attained by a row of output channel \d/);

  const image = page.getByRole('region', { name: 'Kernel with h' });
  const reading = image.getByText(/^K\[\d+, \d+, \d, \d\] = /);
  await expect(reading).toContainText(/, h = −?0\.5000; on the row that attains the norm$/);
  await next.press('Enter');
  await expect(current).toContainText(
    /0\.5 · \(?−?0\.5\)? \+ \(1 − 0\.5\) · \(?−?1\)? = −?0\.75\./,
  );
  await expect(reading).toContainText(/, h = −?0\.7500;/);
  await next.press('Enter');
  await expect(current).toContainText('β/N = 0.01/4 = 0.0025');
  expect(await train.steps()).toBe(1);

  await next.press('Enter');
  await expect(page.getByText('Shown: after step 2.')).toBeVisible();
  await expect(current).toContainText(/ℓ∞ norm: \d+\.\d+ → \d+\.\d+/);
  await expect(lines.getByText(/^Largest \|∇L\| on the framed weights \d/)).toBeVisible();
  expect(await train.steps()).toBe(2);
  expect(await axe(page)).toEqual([]);

  const map = image.getByRole('application', { name: /^Kernel of conv1/ });
  await map.focus();
  await map.press('ArrowUp');
  await map.press('Enter');
  await expect(lines.getByText(/^K\[0, 0, 0, 0\]/).first()).toBeVisible();
  await train.button('Whole step').click();
  await expect(page.getByText('Shown: after step 3.')).toBeVisible();
});

test('P8 a run without norm decay explains the view, and one press sets up a run with it', async ({
  train,
}) => {
  const { page } = train;
  await train.open(SMALL);
  await train.button('One step').click();
  await page.getByText('Norm decay, one line at a time').click();
  await expect(
    page.getByText('This run does not use it: its regularizer is “None”.'),
  ).toBeVisible();
  expect(await axe(page)).toEqual([]);
  await train.button('New run like this with norm decay').click();
  await expect(page).toHaveURL(/regularizer\.kind=norm-decay-linf/);
});

test('P8 the image follows a run that trains, 360 px wide too', async ({ train }) => {
  const { page } = train;
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await train.open(`${DECAY}&training.epochs=400&regularizer.mode=repo`);
  await train.button('Play').click();
  await page.getByRole('checkbox', { name: 'Follow while it trains' }).check();
  const place = page.getByText(/^Shown: before step \d+\./);
  const first = await place.innerText();
  await expect.poll(() => place.innerText()).not.toBe(first);
  await page.getByLabel('Layer', { exact: true }).selectOption('conv3');
  await expect(page.getByRole('application', { name: /^Kernel of conv3/ })).toBeVisible();
  await train.button('Pause').click();
  await expect(page.getByText('Next line walks through the next step')).toBeVisible();
  expect(await axe(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
});
