import { servePage, type PageSite } from '../serve-page.ts';

export type MatrixSite = PageSite;

/** Builds the page around the worker that draws M, as the lab is built, and serves it. */
export function serveMatrixPage(): Promise<MatrixSite> {
  return servePage(new URL('.', import.meta.url));
}
