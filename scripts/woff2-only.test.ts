import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { expect, it } from 'vitest';
import { woff2Only } from './lib/woff2-only.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SHEET = createRequire(import.meta.url).resolve('katex/dist/katex.min.css');
const FONTS = readFileSync(SHEET, 'utf8').match(/@font-face/g)!.length;

/** Names of the files that a page with KaTeX's sheet is built to. */
async function builtFiles(): Promise<string[]> {
  const result = (await build({
    configFile: false,
    root: ROOT,
    logLevel: 'silent',
    plugins: [woff2Only()],
    build: { write: false, assetsInlineLimit: 0, rolldownOptions: { input: SHEET } },
  })) as Rolldown.RolldownOutput;
  return result.output.map(({ fileName }) => fileName);
}

it('a build holds each of KaTeX’s fonts as .woff2 and in no other format', async () => {
  const files = await builtFiles();
  expect(files.filter((file) => file.endsWith('.woff2'))).toHaveLength(FONTS);
  expect(files.filter((file) => /\.(woff|ttf)$/.test(file))).toEqual([]);
});

it('the lab is built with the plugin', () => {
  expect(readFileSync(`${ROOT}vite.config.ts`, 'utf8')).toContain(
    'plugins: [react(), woff2Only()]',
  );
});
