import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, test, type Page } from '@playwright/test';
import type { DataBench } from './data-page/main.ts';
import { DEEP } from './deep.ts';
import { pageUrl } from './test-pages.ts';

declare global {
  interface Window {
    dataBench: DataBench;
  }
}

/** Bytes of a checkpoint: several pieces, so that a kill can come between two of them. */
const BYTES = 20_000_000;
/** How long saves go on after the first one was acknowledged, in ms, before the browser is killed. */
const MOMENTS = DEEP ? [0, 45, 130, 290, 610] : [0, 130, 610];

/** A browser of its own, with a profile on the disk, that can be killed. */
interface Killable {
  readonly page: Page;
  readonly kill: () => Promise<void>;
}

async function start(profile: string): Promise<Killable> {
  const portFile = join(profile, 'DevToolsActivePort');
  await rm(portFile, { force: true });
  const { args = [] } = (test.info().project.use.launchOptions ?? {}) as { args?: string[] };
  const own = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
  // A group of its own: the kill takes all processes of the browser at once.
  const child = spawn(process.env.NORM_LAB_CHROMIUM!, [...args, ...own, 'about:blank'], {
    detached: true,
    stdio: 'ignore',
  });
  await expect.poll(() => existsSync(portFile)).toBe(true);
  const [port] = (await readFile(portFile, 'utf8')).split('\n');
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port!}`);
  const page = await browser.contexts()[0]!.newPage();
  await page.goto(pageUrl('data'));
  await page.waitForFunction(() => 'dataBench' in window);
  return { page, kill: () => killGroup(child) };
}

function killGroup(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    process.kill(-child.pid!, 'SIGKILL');
  });
}

/** The step that the storage holds; it must be whole, and `acknowledged` or a later one. */
async function foundStep(page: Page, acknowledged: number): Promise<number> {
  const found = await page.evaluate((bytes) => window.dataBench.load(bytes), BYTES);
  expect(found).toEqual({ listed: found?.step, step: found?.step, fellBack: false });
  expect(found?.step).toBeGreaterThanOrEqual(acknowledged);
  return found!.step!;
}

test('a browser killed while it saves has its last acknowledged checkpoint, or a newer one, whole', async () => {
  const profile = await mkdtemp(join(tmpdir(), 'norm-lab-profile-'));
  let { page, kill } = await start(profile);
  let step = 0;
  for (const moment of MOMENTS) {
    const next = [step + 1, BYTES] as const;
    await page.evaluate(([from, bytes]) => window.dataBench.saveOn(from, bytes), next);
    await page.waitForFunction(() => window.dataBench.saved() !== null);
    await page.waitForTimeout(moment);
    const acknowledged = (await page.evaluate(() => window.dataBench.saved()))!;
    await kill();
    ({ page, kill } = await start(profile));
    step = await foundStep(page, acknowledged);
  }
  await kill();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});
