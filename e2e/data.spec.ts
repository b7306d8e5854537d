import { createHash } from 'node:crypto';
import { expect, test, type BrowserContext, type Page, type Route } from '@playwright/test';
import type { FileSource } from '../src/data/sources.ts';
import type { DataBench } from './data-page/main.ts';
import { pageUrl } from './test-pages.ts';

declare global {
  interface Window {
    dataBench: DataBench;
  }
}

const FIRST = 'ossci-datasets.s3.amazonaws.com';
const SECOND = 'storage.googleapis.com';
const CORS = { 'access-control-allow-origin': '*' };

/** Answers for servers, by host; hosts without one cannot be reached. Lists who was asked. */
async function answer(
  context: BrowserContext,
  servers: Readonly<Record<string, (route: Route) => Promise<void>>>,
): Promise<string[]> {
  const asked: string[] = [];
  await context.route(
    (url) => !url.href.startsWith(pageUrl('data')) && url.protocol.startsWith('http'),
    async (route) => {
      const { host } = new URL(route.request().url());
      asked.push(host);
      await (servers[host]?.(route) ?? route.abort('connectionrefused'));
    },
  );
  return asked;
}

const open = async (page: Page): Promise<void> => {
  await page.goto(pageUrl('data'));
  await page.waitForFunction(() => 'dataBench' in window);
};

test('own images kept through the worker are there after a reload, byte for byte', async ({
  page,
}) => {
  await open(page);
  const end = await page.evaluate(() => window.dataBench.addOwn('pets', 6000));
  expect(end).toMatchObject({ failure: null, value: { name: 'pets', train: 6000, own: true } });
  await page.reload();
  const { kept, given } = await page.evaluate(() => window.dataBench.sumOf('pets', 6000));
  expect(kept).toBe(given);
  await page.evaluate(() => window.dataBench.remove('pets'));
  expect(await page.evaluate(() => window.dataBench.stored())).toEqual([]);
});

test('a download asks the next server, names all that failed, and keeps nothing', async ({
  page,
  context,
}) => {
  const asked = await answer(context, {
    [FIRST]: (route) => route.fulfill({ status: 503, headers: CORS, body: 'busy' }),
    [SECOND]: (route) => route.fulfill({ headers: CORS, body: Buffer.alloc(9_912_422, 7) }),
  });
  await open(page);
  const { failure } = await page.evaluate(() => window.dataBench.fetch('mnist', null));
  expect(asked).toEqual([FIRST, SECOND]);
  expect(failure?.code).toBe('network');
  expect(failure?.message).toContain(`${FIRST} answered with status 503`);
  expect(failure?.message).toContain(`${SECOND} sends another content than was published`);
  expect(failure?.message).toContain('from http://yann.lecun.com/exdb/mnist/ and drop them here');
  expect(await page.evaluate(() => window.dataBench.stored())).toEqual([]);
});

test('a download without permission to read (CORS) is named, and one that hangs can be stopped', async ({
  page,
  context,
}) => {
  await answer(context, {
    [FIRST]: (route) =>
      route.fulfill({ headers: { 'access-control-allow-origin': 'https://elsewhere.example' } }),
    [SECOND]: () => new Promise(() => undefined),
  });
  await open(page);
  const { failure, event } = await page.evaluate(() => window.dataBench.fetch('mnist', 1500));
  expect(failure?.code).toBe('aborted');
  expect(event?.host).toBe(SECOND);
  expect(event?.failed.join()).toContain(`${FIRST} cannot be reached, or does not let this page`);
});

test('files whose sums are right come from the first server that has them', async ({
  page,
  context,
}) => {
  const body = Buffer.from('the images of a made-up set');
  const source: FileSource = {
    id: 'tiny',
    name: 'Tiny',
    kind: 'files',
    about: '',
    cite: '',
    page: pageUrl('data'),
    height: 1,
    width: 1,
    channels: 1,
    classes: 2,
    train: 1,
    test: 0,
    versions: [
      {
        label: 'only',
        files: [
          {
            name: 'tiny.bin',
            bytes: body.length,
            sha256: createHash('sha256').update(body).digest('hex'),
            addresses: [FIRST, SECOND].map((host) => `https://${host}/tiny.bin`),
          },
        ],
      },
    ],
  };
  const asked = await answer(context, {
    [FIRST]: (route) => route.fulfill({ headers: CORS, body: body.subarray(1) }),
    [SECOND]: (route) => route.fulfill({ headers: CORS, body }),
  });
  await open(page);
  const names = await page.evaluate((made) => window.dataBench.fetchFrom(made), source);
  expect([names, asked]).toEqual([['tiny.bin'], [FIRST, SECOND]]);
});

test('a server that is not in the table of sources is never asked: the policy refuses', async ({
  page,
  context,
}) => {
  const asked = await answer(context, {});
  await open(page);
  const refused = await page.evaluate(async () => {
    const violation = new Promise<string>((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => {
        resolve(event.effectiveDirective);
      });
    });
    await fetch('https://example.org/').catch(() => undefined);
    return violation;
  });
  expect([refused, asked]).toEqual(['connect-src', []]);
});

test('full storage is reported in numbers, and the checkpoint before survives', async ({
  page,
  context,
}) => {
  await open(page);
  const devtools = await context.newCDPSession(page);
  const origin = new URL(pageUrl('data')).origin;
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 20_000_000 });
  const save = (step: number): Promise<string | null> =>
    page.evaluate((next) => window.dataBench.save(next, 9_000_000), step);
  const load = (): Promise<unknown> => page.evaluate(() => window.dataBench.load(9_000_000));
  expect([await save(1), await save(2)]).toEqual([null, null]);
  // A third one needs room beside the two that it will leave: 27 MB.
  expect(await save(3)).toMatch(
    /storage is full: this needs 9\.0 MB, and .* as free\. .*Delete runs or data sets/,
  );
  expect(await load()).toEqual({ listed: 2, step: 2, fellBack: false });
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  expect(await save(3)).toBeNull();
  expect(await load()).toEqual({ listed: 3, step: 3, fellBack: false });
});

test('a run is held by one tab at a time, and free again when that tab is closed', async ({
  page,
  context,
}) => {
  const other = await context.newPage();
  await open(page);
  await open(other);
  expect(await page.evaluate(() => window.dataBench.lock('a'))).toBeNull();
  expect(await other.evaluate(() => window.dataBench.lock('b'))).toBeNull();
  expect(await other.evaluate(() => window.dataBench.lock('a'))).toContain(
    'is training in another tab',
  );
  await page.close();
  await expect.poll(() => other.evaluate(() => window.dataBench.lock('a'))).toBeNull();
});
