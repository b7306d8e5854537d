import process from 'node:process';
import { chromium } from '@playwright/test';
import { serveMatrixPage } from '../e2e/matrix-page/build.ts';
import { SIZES } from '../e2e/matrix-page/layers.ts';
import type { MatrixBench } from '../e2e/matrix-page/main.ts';
import { findChromium } from '../scripts/lib/chromium.mjs';
import { report, short, summarize, type Row } from './bench.lib.ts';

/**
 * Bar 3 of the picture of M, in a browser: from the page's request to the worker's word that the
 * picture is handed over, 800 x 600, on whatever this machine has (`auto`).
 */
declare global {
  interface Window {
    matrixBench: MatrixBench;
  }
}

const RUNS = 25;
const site = await serveMatrixPage();
const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: [
    ...root,
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--disable-quic',
  ],
});

const rows: Row[] = [];
for (const [name, geometry] of Object.entries(SIZES)) {
  const page = await browser.newPage();
  await page.goto(site.url);
  const seen = await page.evaluate(
    async ({ layer, runs }) => {
      const bench = window.matrixBench;
      const began = performance.now();
      const renderer = await bench.open(layer, 'auto');
      const shot = { mode: 'value', size: [800, 600] } as const;
      await bench.shoot({ ...shot, magnification: 1, from: [0, 0] });
      const first = performance.now() - began;
      const whole: number[] = [];
      const pan: number[] = [];
      const coarse: number[] = [];
      for (let run = 0; run < runs; run++) {
        whole.push((await bench.shoot({ ...shot, magnification: 1, from: [0, 0] })).exact);
        const moved = await bench.shoot({
          ...shot,
          magnification: 4,
          from: [0.3 + run / 800, 0.3 + run / 900],
        });
        pan.push(moved.exact);
        coarse.push(moved.first);
      }
      return { renderer, first, whole, pan, coarse, longest: bench.longestTask() };
    },
    { layer: { geometry }, runs: RUNS },
  );
  rows.push({
    'rows x columns': name,
    renderer: seen.renderer,
    'first exact picture, worker start included, ms': short(seen.first),
    'whole M, ms': short(summarize(seen.whole).median),
    'pan at 4x, ms': short(summarize(seen.pan).median),
    'pan at 4x, first picture, ms': short(summarize(seen.coarse).median),
    'longest page task over 50 ms': short(seen.longest),
  });
  await page.close();
}
await browser.close();
await site.close();
report('matrix-page: 800 x 600 in a worker, medians of 25', rows);
