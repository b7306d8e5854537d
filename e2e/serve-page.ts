import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { serveFolder } from '../scripts/lib/serve.mjs';

/** A page served, and a way to end that. */
export interface PageSite {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Builds a page of its own (a folder with index.html), as the lab is built, and serves it. */
export async function servePage(source: URL): Promise<PageSite> {
  const folder = await mkdtemp(join(tmpdir(), 'norm-lab-page-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(source),
    base: './',
    worker: { format: 'es' },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022' },
  });
  const server = await serveFolder({ folder });
  const close = async (): Promise<void> => {
    await server.close();
    await rm(folder, { recursive: true });
  };
  return { url: server.url, close };
}
