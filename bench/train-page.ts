import { chromium, type Page } from '@playwright/test';
import { servePage } from '../e2e/serve-page.ts';
import { findChromium } from '../scripts/lib/chromium.mjs';
import type { BackendName } from '../src/tensor/backend-probes.ts';
import { report, short, summarize, type Row } from './lib.ts';
import type { TrainBench } from './train-page/main.ts';

/** Training steps of the small CNN in a browser: the lab beside stock tfjs, each in its own page. */
const ENGINES: readonly (readonly ['lab' | 'stock', BackendName])[] = [
  ['lab', 'wasm'],
  ['lab', 'webgpu'],
  ['stock', 'webgpu'],
  ['stock', 'webgl'],
  ['stock', 'cpu'],
];
const ROUNDS = 5;
const WARM_UP = 2;
/** Steps a round: the fast engine needs more of them for a steady median. */
const STEPS = (name: string): number => (name === 'lab, wasm' ? 6 : 1);
/** float32 sums in another order, over some steps. */
const LOSS_TOLERANCE = 1e-4;

interface Entry {
  readonly name: string;
  readonly page: Page;
  readonly times: number[];
  readonly losses: number[];
}

const step = (page: Page): Promise<{ loss: number; milliseconds: number }> =>
  page.evaluate(() => (window as unknown as { trainBench: TrainBench }).trainBench.step());

const site = await servePage(new URL('./train-page/', import.meta.url));
const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: [...root, ...quiet, '--no-first-run', '--disable-quic', '--enable-unsafe-webgpu'],
});
const entries: Entry[] = [];
for (const [engine, backend] of ENGINES) {
  const page = await browser.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => 'trainBench' in window);
  await page.evaluate(
    ([kind, name]) =>
      (window as unknown as { trainBench: TrainBench }).trainBench.start(kind, name),
    [engine, backend] as const,
  );
  entries.push({ name: `${engine}, ${backend}`, page, times: [], losses: [] });
}
for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const { name, page, times, losses } of entries) {
    for (let at = 0; at < STEPS(name); at++) {
      const { loss, milliseconds } = await step(page);
      losses.push(loss);
      if (round >= 0) times.push(milliseconds);
    }
  }
}
await browser.close();
await site.close();

const lab = entries[0]!;
const base = summarize(lab.times).median;
const rows = entries.map(({ name, times, losses }): Row => {
  const { median, low, high, runs } = summarize(times);
  const common = Math.min(losses.length, lab.losses.length);
  const difference = Math.max(
    ...losses.slice(0, common).map((loss, at) => Math.abs(loss / lab.losses[at]! - 1)),
  );
  if (!(difference <= LOSS_TOLERANCE)) throw new Error(`${name}: losses differ by ${difference}.`);
  return {
    ...{ engine: name, steps: runs, 'median ms': short(median) },
    ...{ quartiles: `${short(low)}–${short(high)}`, 'times the lab on wasm': short(median / base) },
    'largest loss difference': short(difference),
  };
});
report('training step in Chromium, small CNN, batch 32 of 32x32x3', rows);
