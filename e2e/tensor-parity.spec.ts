import { expect, test } from '@playwright/test';
import { DEEP } from './deep.ts';
import { pageUrl } from './test-pages.ts';
import type { VerdictPlan } from './tensor-page/attack-verdicts.ts';
import type { TensorBench } from './tensor-page/main.ts';

declare global {
  interface Window {
    tensorBench: TensorBench;
  }
}

/** The bar for backends against each other; float64 stands between them. */
const RELATIVE = 1e-4;

for (const backend of ['webgpu', 'webgl', 'wasm', 'cpu'] as const) {
  test(`E1 ${backend} agrees with float64 in every op, forward and backward, and passes its self-test`, async ({
    page,
  }) => {
    await page.goto(pageUrl('tensor'));
    const present = await page.evaluate(() => window.tensorBench.present());
    test.skip(!present.includes(backend), `this browser has no ${backend}`);
    const cases = DEEP || backend === 'wasm' || backend === 'cpu' ? 'all' : 'gpu paths';
    const { run, tests } = await page.evaluate(
      async ([name, cases, times]) => {
        await window.tensorBench.start(name);
        const run = await window.tensorBench.parity(cases);
        return { run, tests: await window.tensorBench.selfTests(times) };
      },
      [backend, cases, DEEP ? 4 : 1] as const,
    );
    const wrong = run.cases.filter(
      ({ value, gradients }) => !(Math.max(value, ...gradients) <= RELATIVE),
    );
    expect(wrong).toEqual([]);
    expect(run.cases.length).toBeGreaterThan(cases === 'all' ? 50 : 30);
    expect(run.tensorsLeft).toBe(0);
    expect(tests.flatMap(({ failures }) => failures)).toEqual([]);
    const times = tests.map(({ milliseconds }) => Math.round(milliseconds)).join(', ');
    const error = Math.max(...run.cases.flatMap(({ value, gradients }) => [value, ...gradients]));
    test.info().annotations.push({
      type: 'measured',
      description: `${backend}: largest relative error ${error.toExponential(1)}; self-tests ${times} ms`,
    });
  });
}

/** Least share of images, in percent, with the same final verdict as on wasm. */
const SAME_VERDICTS = 98;
/** AutoAttack in full in the deep tests; else an attack by gradients and one by queries. */
const VERDICTS: VerdictPlan = DEEP ? { count: 50 } : { count: 50, kinds: ['apgd-ce', 'square'] };

test('A13 every backend ends a list of attacks with the verdicts of wasm', async ({ page }) => {
  await page.goto(pageUrl('tensor'));
  const present = await page.evaluate(() => window.tensorBench.present());
  const flags = await page.evaluate(
    async ([names, plan]) => {
      const { start, attackVerdicts } = window.tensorBench;
      const found: Record<string, { attack: string; bitmap: string; seconds: number }[]> = {};
      for (const name of names) {
        await start(name);
        const began = performance.now();
        const rows = await attackVerdicts(plan);
        const seconds = (performance.now() - began) / 1000;
        found[name] = rows.map((row) => ({ ...row, seconds }));
      }
      return found;
    },
    [present, VERDICTS] as const,
  );
  const last = (name: string): string => flags[name]!.at(-1)!.bitmap;
  const right = last('wasm');
  // Neither all nor none, so that there is something to agree on.
  expect(right).toMatch(/01|10/);
  for (const name of present) {
    const same = Array.from(last(name)).filter((bit, n) => bit === right[n]).length;
    expect((100 * same) / right.length, name).toBeGreaterThanOrEqual(SAME_VERDICTS);
  }
  test.info().annotations.push({ type: 'measured', description: JSON.stringify(flags) });
});

test("E3 the lab's WebGPU conv gradients equal tfjs's own, split sums and strides too, with the same bits each time", async ({
  page,
}) => {
  await page.goto(pageUrl('tensor'));
  const found = await page.evaluate(async () => {
    const { tensorBench } = window;
    await tensorBench.start('webgpu');
    const size = { batch: 8, side: 16, channels: [16, 40], kernel: 3 } as const;
    return [
      ...(await tensorBench.compareConv({ ...size, stride: 1 }, 1)),
      ...(await tensorBench.compareConv({ ...size, stride: 2 }, 1)),
    ];
  });
  for (const { kernel, difference, repeats } of found) {
    expect(difference, kernel).toBeLessThan(RELATIVE);
    expect(repeats, kernel).toBe(true);
  }
  test.info().annotations.push({ type: 'measured', description: JSON.stringify(found) });
});

for (const [kind, code] of [
  ['destroy', 'device-lost'],
  ['refused command', 'device-error'],
] as const) {
  test(`E4 a WebGPU device in trouble (${kind}) is reported, rejects the read, and is replaced by a new one`, async ({
    page,
  }) => {
    await page.goto(pageUrl('tensor'));
    const found = await page.evaluate((how) => window.tensorBench.disturb(how), kind);
    expect(found.trouble?.code).toBe(code);
    expect(found.toldAfter).toBeLessThan(Infinity);
    expect(found.readFailed).toBe('DeviceError');
    expect(found.sums).toEqual([128 ** 3, 128 ** 3]);
    const description = `reported after ${Math.round(found.toldAfter)} ms`;
    test.info().annotations.push({ type: 'measured', description });
  });
}

test('E4 a WebGL context that is lost is reported, rejects current and later reads, and is replaced by a new one', async ({
  page,
}) => {
  await page.goto(pageUrl('tensor'));
  const present = await page.evaluate(() => window.tensorBench.present());
  test.skip(!present.includes('webgl'), 'this browser has no webgl');
  const found = await page.evaluate(() => window.tensorBench.loseContext());
  expect(found.trouble?.code).toBe('device-lost');
  expect([found.readFailed, found.laterFailed]).toEqual(['DeviceError', 'DeviceError']);
  expect(found.sums).toEqual([128 ** 3, 128 ** 3]);
  const description = `reported after ${Math.round(found.toldAfter)} ms`;
  test.info().annotations.push({ type: 'measured', description });
});

test('E9 WebGPU buffers of many sizes are released: within bounds while in use, all but those in use once idle', async ({
  page,
}) => {
  await page.goto(pageUrl('tensor'));
  const found = await page.evaluate(
    async (sizes) => {
      await window.tensorBench.start('webgpu');
      return window.tensorBench.fillPool(sizes, 1_000_000);
    },
    DEEP ? 60 : 24,
  );
  // A size has three buffers: x, y and the copy that is read. Unbounded, all of them would stay.
  const bound = 64 * 2 ** 20 + 3 * 16e6;
  expect(3 * found.total).toBeGreaterThan(2 * bound);
  // 64 MiB, twice what one size uses with its upload, and the buffers of the size that went over.
  expect(found.most).toBeLessThan(bound);
  expect(found.idle).toBe(found.used);
  expect(found.idle).toBeLessThan(found.end);
  expect(found.right).toBe(true);
  test.info().annotations.push({ type: 'measured', description: JSON.stringify(found) });
});
