import { availableParallelism } from 'node:os';
import type { Driver, Target } from './driver.ts';
import { expect, test } from './fixtures.ts';

const MAIN: Target = { role: 'main' };
const region = (name: string): Target => ({ role: 'region', name });
const button = (name: string): Target => ({ role: 'button', name });

/** Rendered text with one space between its words: engines break lines of tables differently. */
const words = async (driver: Driver, target: Target): Promise<string> =>
  (await driver.text(target)).replaceAll(/\s+/g, ' ');

/** Waits until an element shows this. @returns its text then */
async function shows(driver: Driver, target: Target, sign: string | RegExp): Promise<string> {
  const poll = expect.poll(() => words(driver, target), { intervals: [250] });
  await (typeof sign === 'string' ? poll.toContain(sign) : poll.toMatch(sign));
  return words(driver, target);
}

/** A number of the text, by a pattern with one group. */
function numberIn(text: string, pattern: RegExp): number {
  const [, digits] = pattern.exec(text) ?? [];
  expect(digits, `${String(pattern)} in ${text}`).toBeDefined();
  return Number(digits);
}

/** Large enough to learn from and for convolutions to be shared between threads. */
const RUN = 'name=Tiny&data.train=800&data.test=100&training.epochs=6';
const EVALUATION = 'attack.kind=pgd&attack.steps=5&threat.eps=0.01&images.count=16';

// The attack is on the net that was trained before.
test.describe.configure({ mode: 'serial' });

test('Layer: the norms of the default layer are on screen', async ({ driver, site }) => {
  await driver.open(site);
  const norms = await shows(driver, region('Norms'), 'Certified: the truth lies in this interval');
  expect(norms).toContain('‖M‖₁ 4.393 = exact');
  expect(norms).toContain('‖M‖∞ 6.967 = exact');
  const low = numberIn(norms, /‖M‖₂ \[([\d.]+),/);
  const high = numberIn(norms, /‖M‖₂ \[[\d.]+, ([\d.]+)\]/);
  // The largest singular value is 2.091449.
  expect(low).toBeLessThanOrEqual(2.09145);
  expect(high).toBeGreaterThanOrEqual(2.091448);
  expect(high - low).toBeLessThan(0.01);
});

test('Layer: a norm that can be checked in the head', async ({ driver, site }) => {
  // The Laplacian's 8 and eight times −1, on whole windows.
  await driver.open(`${site}#/layer?in=1x6x6&out=1&k=3&s=1&p=1&kernel=laplacian`);
  const norms = await shows(driver, region('Norms'), '‖M‖₁ 16 = exact');
  expect(norms).toContain('‖M‖∞ 16 = exact');
});

test('Net: the example has exact norms and certified intervals', async ({ driver, site }) => {
  await driver.open(`${site}#/net`);
  await driver.click(button('Open the example'));
  const net = await shows(driver, MAIN, 'the ends of ℓ2 are certified');
  expect(net).toContain('17 layers');
  expect(net).toMatch(/conv1 conv 8×3×3×3 s1 p1 on 32×32 → 32×32 holds 7\.542 3\.140 /);
  expect(net).toMatch(/conv8 conv 64×64×3×3 s1 p1 on 2×2 → 2×2 fails 5\.924 5\.968 /);
  expect(net).toMatch(/fc dense 10×64 – 0\.9180 4\.195 /);
});

test('E7 Train: a short run learns, on as many threads as the browser allows', async ({
  driver,
  site,
  threads,
}) => {
  await driver.open(`${site}#/train?${RUN}`);
  await shows(driver, MAIN, /\d+ known answers were/);
  await driver.click(button('Play'));
  const state = await shows(driver, region('State of the run'), 'finished');
  const run = await words(driver, MAIN);
  // Nothing where a GPU computes.
  const onWasm = /WebAssembly with SIMD on [^.]*\./.exec(run)?.[0];
  console.log(`  ${onWasm ?? 'On a GPU.'} ${/Images\/s [\d,]+/.exec(state)?.[0]}`);
  expect(run).toContain('800 × shapes (generated)');
  expect(numberIn(run, /, finished ([\d.]+) %/)).toBeGreaterThan(30);
  if (onWasm !== undefined && availableParallelism() > 1) expect(onWasm).toMatch(threads);
});

test('Attack: a short PGD ends with a robust accuracy and its interval', async ({
  driver,
  site,
}) => {
  await driver.open(`${site}#/attack?${EVALUATION}`);
  await driver.click({ role: 'radio', name: 'Tiny' });
  await shows(driver, MAIN, /passes through the net .* for 16\b/);
  await driver.click(button('Begin'));
  await shows(driver, MAIN, 'This evaluation is finished.');
  const result = await words(driver, region('Robust accuracy'));
  const share = String.raw`(\d+\.\d) % ?\d+ of 16, 95 % interval \d+\.\d % to \d+\.\d %`;
  const robust = numberIn(result, new RegExp(`Robust accuracy ≤ upper ?${share}`));
  const clean = numberIn(result, new RegExp(`Clean accuracy ?${share}`));
  expect(clean).toBeGreaterThan(0);
  expect(robust).toBeLessThanOrEqual(clean);
});
