import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { serveFolder } from '../../scripts/lib/serve.mjs';

/** The page served, and a way to end that. */
export interface MatrixSite {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Builds the page around the worker that draws M, as the lab is built, and serves it. */
export async function serveMatrixPage(): Promise<MatrixSite> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-page-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('.', import.meta.url)),
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
