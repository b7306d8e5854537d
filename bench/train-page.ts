import { chromium, type Page } from '@playwright/test';
import { servePage } from '../e2e/serve-page.ts';
import { findChromium } from '../scripts/lib/chromium.mjs';
import type { BackendName } from '../src/tensor/backend-names.ts';
import { report, short, summarize, type Row } from './bench.lib.ts';
import { NETS } from './train.nets.ts';
import type { TrainBench } from './train-page/main.ts';

/** Training steps in a browser: the lab beside stock tfjs, each in its own page. */
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

async function open(engine: 'lab' | 'stock', backend: BackendName, net: number): Promise<Entry> {
  const page = await browser.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => 'trainBench' in window);
  await page.evaluate(
    ([kind, name, at]) =>
      (window as unknown as { trainBench: TrainBench }).trainBench.start(kind, name, at),
    [engine, backend, net] as const,
  );
  return { name: `${engine}, ${backend}`, page, times: [], losses: [] };
}

/** Steps of every engine in turn; the large nets get one step of stock tfjs, which takes minutes. */
async function runAll(entries: readonly Entry[], large: boolean): Promise<void> {
  const rounds = large ? 1 : ROUNDS;
  for (let round = large ? 0 : -WARM_UP; round < rounds; round++) {
    for (const { name, page, times, losses } of entries) {
      for (let at = 0; at < STEPS(name); at++) {
        const { loss, milliseconds } = await step(page);
        losses.push(loss);
        // The lab's first step on a large net compiles; stock's one step is its only one.
        if (round >= 0 && !(large && at === 0 && STEPS(name) > 1)) times.push(milliseconds);
      }
    }
  }
}

function rowsOf(title: string, entries: readonly Entry[]): Row[] {
  const lab = entries[0]!;
  const base = summarize(lab.times).median;
  return entries.map(({ name, times, losses }): Row => {
    const { median, low, high, runs } = summarize(times);
    const common = Math.min(losses.length, lab.losses.length);
    const difference = Math.max(
      ...losses.slice(0, common).map((loss, at) => Math.abs(loss / lab.losses[at]! - 1)),
    );
    if (!(difference <= LOSS_TOLERANCE))
      throw new Error(`${name}: losses differ by ${difference}.`);
    return {
      net: title,
      engine: name,
      steps: runs,
      'median ms': short(median),
      quartiles: `${short(low)}–${short(high)}`,
      'times the lab on wasm': short(median / base),
      'largest loss difference': short(difference),
    };
  });
}

/** Nets by their place in the bench's list; `--large` adds those that stock tfjs takes minutes for. */
const LARGE = process.argv.includes('--large')
  ? NETS.flatMap(({ title }, at) =>
      /^(VGG-11|ResNet-18, width 1\/4|RegNetX-200MF, width 1\/4)$/.test(title) ? [at] : [],
    )
  : [];
const rows: Row[] = [];
for (const net of [0, ...LARGE]) {
  const engines = net === 0 ? ENGINES : ENGINES.filter(([, backend]) => /wasm|cpu/.test(backend));
  const entries: Entry[] = [];
  for (const [engine, backend] of engines) entries.push(await open(engine, backend, net));
  await runAll(entries, net !== 0);
  rows.push(...rowsOf(NETS[net]!.title, entries));
  for (const { page } of entries) await page.close();
}
await browser.close();
await site.close();
report('training step in Chromium, 32x32x3', rows);
