import type { Page, Worker } from '@playwright/test';
import { DEEP } from './deep.ts';
import { expect, test as base } from './fixtures.ts';
import { axe } from './pages/axe.ts';
import { TrainPage } from './pages/train-page.ts';

const test = base.extend<{ train: TrainPage }>({
  train: async ({ lab }, use) => {
    await use(new TrainPage(lab));
  },
});

/**
 * Sets a site's storage quota in bytes, before the site is opened: the browser rereads quotas seldom.
 */
async function limitStorage(page: Page, url: string, quotaSize: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(url);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
}

test('P12 a full storage stops the run with an error and loses nothing; deleting another run makes room', async ({
  train,
  site,
}) => {
  const { page } = train;
  // A checkpoint takes some 280 kB, and three are there while one is saved: one run fits, two do not.
  await limitStorage(page, site.url, 1_250_000);
  await train.open('data.train=200&data.test=100&training.epochs=1');
  await train.button('Play').click();
  await expect(train.state('State')).toHaveText('finished', { timeout: 30_000 });
  await train.button('New run like this').click();
  await train.field('Epochs').fill('4');
  await train.button('Play').click();
  await expect(train.alert).toContainText('Training stopped: the run could not be saved.');
  await expect(train.alert).toContainText("The browser's storage is full: this needs");
  await expect(train.alert).toContainText(
    /the run is at step \d+ here; its last checkpoint is of step \d+\./,
  );
  await expect(train.run('Run 2')).toContainText('failed');
  const steps = await train.steps();
  await expect(page.getByRole('slider', { name: /^Loss/ })).toHaveAttribute(
    'aria-valuetext',
    new RegExp(`^Step ${steps}: loss \\d`),
  );
  expect(await axe(page)).toEqual([]);
  await train.button('Delete Run 1').click();
  await train.button('Free its space now').click();
  await train.alert.getByRole('button', { name: 'Resume' }).click();
  await expect(train.alert).toHaveCount(0);
  await expect(train.state('State')).toHaveText('finished', { timeout: 30_000 });
  await page.reload();
  await expect(train.run('Run 2')).toContainText('28 / 28, finished');
});

/** What a software adapter takes on a busy machine to start, in milliseconds. */
const SLOW = 100_000;

/** One dense layer has few kernels to compile; the deep tests train the small CNN. */
const DENSE_ONLY = [{ type: 'flatten' }, { type: 'dense', features: 10 }];
const NET = DEEP ? 'net.width=0.25' : `net.rows=${encodeURIComponent(JSON.stringify(DENSE_ONLY))}`;

interface Scope {
  devices: GPUDevice[];
  /** Whether new devices are lost at once. */
  doomed: boolean;
}

/** Keeps the devices that the worker asks for, so that the test can lose them. */
async function keepDevices(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    const scope = globalThis as unknown as Scope;
    scope.devices = [];
    scope.doomed = false;
    // oxlint-disable-next-line @typescript-eslint/unbound-method -- it is called with the adapter below
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...given) {
      const device = await requestDevice.apply(this, given);
      scope.devices.push(device);
      if (scope.doomed) device.destroy();
      return device;
    };
  });
}

/** Loses the device in use; with `forGood`, those that come after it too. */
async function loseDevice(worker: Worker, forGood: boolean): Promise<void> {
  await worker.evaluate((doomed) => {
    const scope = globalThis as unknown as Scope;
    scope.doomed = doomed;
    scope.devices.at(-1)!.destroy();
  }, forGood);
}

test('P10 a lost graphics device is reopened with a note; one that stays lost stops the run with an error, and the run resumes on wasm', async ({
  train,
}) => {
  // A software adapter compiles its kernels three times.
  test.slow();
  const { page } = train;
  await train.open(`data.train=16&data.test=8&training.epochs=5000&training.batchSize=4&${NET}`);
  const worker = page.workers()[0]!;
  await keepDevices(worker);
  await page.getByLabel('Compute with').selectOption('webgpu');
  const reason = page.getByText(/^WebGPU (runs )?on /);
  await expect(reason).toBeVisible({ timeout: SLOW });
  await train.button('Play').click();
  await train.stepsBeyond(0, SLOW);
  await loseDevice(worker, false);
  const note = page.getByRole('status').filter({ hasText: 'It was reopened after step' });
  await expect(note).toBeVisible({ timeout: SLOW });
  const before = await train.steps();
  await train.stepsBeyond(before, SLOW);
  await expect(reason).toBeVisible();

  await loseDevice(worker, true);
  await expect(train.alert).toContainText('Training stopped: the graphics device was lost.', {
    timeout: SLOW,
  });
  await expect(train.alert).toContainText('webgpu could not be opened again; wasm is there.');
  await expect(train.run('Run 1')).toContainText('failed');
  const reached = await train.steps();
  await expect(page.getByRole('slider', { name: /^Loss/ })).toHaveAttribute(
    'aria-valuetext',
    new RegExp(`^Step ${reached}: loss \\d`),
  );
  await expect(page.getByText(/^WebAssembly with SIMD on (one thread|\d+ threads)/)).toBeVisible({
    timeout: SLOW,
  });
  expect(await axe(page)).toEqual([]);
  await train.button('Resume from the last checkpoint').click();
  await train.stepsBeyond(reached, SLOW);
  await expect(train.alert).toHaveCount(0);
});
