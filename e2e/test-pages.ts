import { servePage } from './serve-page.ts';

const NAMES = ['data', 'matrix', 'tensor'] as const;
export type TestPageName = (typeof NAMES)[number];

const variable = (name: TestPageName): string => `NORM_LAB_${name.toUpperCase()}_PAGE`;

/** Builds the pages that drive a part of the lab without its panels, and serves them to all workers. */
export default async function servePages(): Promise<() => Promise<void>> {
  const sites = await Promise.all(
    NAMES.map((name) => servePage(new URL(`./${name}-page/`, import.meta.url))),
  );
  NAMES.forEach((name, at) => (process.env[variable(name)] = sites[at]!.url));
  return async () => {
    for (const site of sites) await site.close();
  };
}

/** Address of a test page. */
export function pageUrl(name: TestPageName): string {
  const url = process.env[variable(name)];
  if (url === undefined) throw new Error(`The test page "${name}" is not served.`);
  return url;
}
