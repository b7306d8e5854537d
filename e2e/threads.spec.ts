import { readFile } from 'node:fs/promises';
import type { Route } from '@playwright/test';
import { DEEP } from './deep.ts';
import { expect, test as base } from './fixtures.ts';
import { TrainPage } from './pages/train-page.ts';

/** Far below the root of its server: the helpers' file must be found there, too. */
const test = base.extend<{ train: TrainPage }>({
  baseURL: async ({ site }, use) => {
    await use(site.deepUrl);
  },
  train: async ({ lab }, use) => {
    await use(new TrainPage(lab));
  },
});

/** Images and a batch large enough that threads share the convolutions. */
const EPOCHS = DEEP ? 2 : 1;
const RUN = `data.train=192&data.test=64&training.epochs=${EPOCHS}&training.batchSize=64`;

/** Serves the page as a host does that sends no policies for isolation. */
async function withoutIsolation(route: Route): Promise<void> {
  const response = await route.fetch();
  const headers = Object.entries(response.headers()).filter(
    ([name]) => !/^cross-origin-(opener|embedder)-policy$/.test(name),
  );
  await route.fulfill({ response, headers: Object.fromEntries(headers) });
}

/** Trains the whole run on wasm; the page's sentence on the backend, and the run's losses. */
async function trained(train: TrainPage): Promise<{ backendText: string; losses: number[] }> {
  await train.open(RUN);
  await train.page.getByLabel('Compute with').selectOption({ label: 'wasm' });
  await train.ready();
  const backendText = await train.page.getByText(/^WebAssembly with SIMD on/).innerText();
  await train.button('Play').click();
  await expect(train.state('State')).toHaveText('finished', { timeout: 60_000 });
  const saving = train.page.waitForEvent('download');
  await train.button('Record (JSON)').click();
  const record = JSON.parse(await readFile(await (await saving).path(), 'utf8')) as {
    history: { loss: number[] };
  };
  return { backendText, losses: record.history.loss };
}

test('E6, E7: an isolated page computes on several threads, any other on one, with the same losses', async ({
  train,
  site,
}) => {
  const { page } = train;
  const shared = await trained(train);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const cores = Math.min(await page.evaluate(() => navigator.hardwareConcurrency), 8);
  test.skip(cores === 1, 'this machine has one processor core');
  expect(shared.backendText).toBe(`WebAssembly with SIMD on ${cores} threads.`);

  await page.route(({ pathname }) => site.deepUrl.endsWith(pathname), withoutIsolation);
  await page.goto('about:blank');
  const alone = await trained(train);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(alone.backendText).toBe(
    'WebAssembly with SIMD on one thread: the page is not cross-origin isolated.',
  );
  expect(shared.losses.length).toBe(3 * EPOCHS);
  expect(shared.losses).toEqual(alone.losses);
});
