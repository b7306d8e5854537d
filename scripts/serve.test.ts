import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATA_SOURCES } from '../src/data/sources.ts';
import viteConfig from '../vite.config.ts';
import { devHeaders, downloadOrigins, servedHeaders } from './lib/headers.mjs';
import { contentType, requestedPath, serveFolder } from './lib/serve.mjs';

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

const script = `console.log(${'"long enough to be worth it",'.repeat(50)} 1);`;
let home = '';
let site: Awaited<ReturnType<typeof serveFolder>>;
let deep: Awaited<ReturnType<typeof serveFolder>>;

/** Asks with the path as it is: fetch() would resolve the dots before sending. */
function ask(port: number, path: string, options: object = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(parts) });
      });
    });
    sent.on('error', reject).end();
  });
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'norm-lab-serve-'));
  const folder = join(home, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<title>lab</title>');
  writeFileSync(join(folder, 'assets', 'index-a1B2c3D4.js'), script);
  writeFileSync(join(home, 'secret.txt'), 'secret');
  symlinkSync(join(home, 'secret.txt'), join(folder, 'link.txt'));
  site = await serveFolder({ folder });
  deep = await serveFolder({ folder, prefix: '/some/deep/path/' });
});

afterAll(async () => {
  await site.close();
  await deep.close();
  rmSync(home, { recursive: true });
});

describe('the static server', () => {
  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
  ])('refuses %s, which leads out of the folder', async (path) => {
    expect((await ask(site.port, path)).status).toBe(403);
  });

  it('does not follow a link that leads out of the folder', async () => {
    expect((await ask(site.port, '/link.txt')).status).toBe(404);
  });

  it.each(['/%', '/a%00b', 'http://127.0.0.1/'])('calls %s a bad request', async (path) => {
    expect((await ask(site.port, path)).status).toBe(400);
  });

  it('answers a folder with its index.html and a missing file with 404', async () => {
    expect((await ask(site.port, '/?query')).body.toString()).toBe('<title>lab</title>');
    expect((await ask(site.port, '/assets')).status).toBe(404);
    expect((await ask(site.port, '/none.js')).status).toBe(404);
  });

  it('sends gzip only to who accepts it, with the same text inside', async () => {
    const path = '/assets/index-a1B2c3D4.js';
    const plain = await ask(site.port, path);
    const zipped = await ask(site.port, path, { headers: { 'accept-encoding': 'br, gzip' } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(script);
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.body.length).toBeLessThan(script.length);
    expect(gunzipSync(zipped.body).toString()).toBe(script);
  });

  it('lets hashed assets be kept and asks for the page again', async () => {
    const asset = await ask(site.port, '/assets/index-a1B2c3D4.js');
    expect(asset.headers['cache-control']).toContain('immutable');
    expect((await ask(site.port, '/')).headers['cache-control']).toBe('no-cache');
  });

  it('sends the policies with every answer, errors included', async () => {
    for (const path of ['/', '/none.js', '/../x']) {
      const { headers } = await ask(site.port, path);
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
    }
  });

  it('sends the same policies in development, where only Vite’s own script and socket are added', () => {
    expect(viteConfig.server?.headers).toBe(devHeaders);
    const { 'Content-Security-Policy': dev, ...isolation } = devHeaders;
    const { 'Content-Security-Policy': served, ...sent } = servedHeaders;
    expect(isolation).toEqual(sent);
    expect(isolation).toMatchObject({
      'Cross-Origin-Embedder-Policy': 'require-corp',
      'Cross-Origin-Opener-Policy': 'same-origin',
    });
    const without = dev.replace(/(script-src [^;]*) 'unsafe-inline'/, '$1').replace(' ws:', '');
    expect(without).toBe(served);
  });

  it('lets a page ask its own server and those of the data sets, and no other', async () => {
    const sets = DATA_SOURCES.flatMap((source) => (source.kind === 'files' ? source.versions : []));
    const addresses = sets.flatMap(({ files }) => files.flatMap((file) => file.addresses));
    const origins = [...new Set(addresses.map((address) => new URL(address).origin))];
    expect([...downloadOrigins].sort()).toEqual(origins.sort());
    const policy = (await ask(site.port, '/')).headers['content-security-policy'];
    const [connect] = /connect-src [^;]*/.exec(String(policy)) ?? [''];
    expect(connect.split(' ').slice(1)).toEqual(["'self'", ...downloadOrigins]);
  });

  it('answers HEAD without a body and refuses to be written to', async () => {
    const head = await ask(site.port, '/', { method: 'HEAD' });
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(head.headers['content-length']).toBe('18');
    expect((await ask(site.port, '/', { method: 'POST' })).status).toBe(405);
  });

  it('serves below a prefix only, and leads to its closing slash', async () => {
    expect((await ask(deep.port, '/some/deep/path/')).status).toBe(200);
    expect((await ask(deep.port, '/some/deep/path')).headers.location).toBe('/some/deep/path/');
    expect((await ask(deep.port, '/')).status).toBe(404);
  });

  it('takes a free port when the wanted one is in use', async () => {
    const other = await serveFolder({ folder: join(home, 'dist'), port: site.port });
    expect(other.port).not.toBe(site.port);
    expect((await ask(other.port, '/')).status).toBe(200);
    await other.close();
  });
});

describe('contentType', () => {
  it.each([
    ['a/index.html', 'text/html; charset=utf-8'],
    ['a.JS', 'text/javascript; charset=utf-8'],
    ['a.css', 'text/css; charset=utf-8'],
    ['a.wasm', 'application/wasm'],
    ['a.woff2', 'font/woff2'],
    ['a.safetensors', 'application/octet-stream'],
  ])('of %s is %s', (path, type) => {
    expect(contentType(path)).toBe(type);
  });
});

describe('requestedPath', () => {
  it('keeps names that only look like a way out', () => {
    expect(requestedPath('/a..b/...c', '/')).toEqual({ path: 'a..b/...c' });
  });
});
