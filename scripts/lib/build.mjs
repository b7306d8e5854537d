import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { inRoot, root } from './root.mjs';

/**
 * @typedef {{ type: string, fileName: string, isEntry?: boolean, imports?: string[],
 *   viteMetadata?: { importedCss: Set<string> } }} BuiltFile
 */

/**
 * The JS and CSS files that the page needs before it can draw: the entries, what they import
 * statically, and the style sheets of these.
 * @param {readonly BuiltFile[]} files what the bundler wrote
 */
export function firstLoadFiles(files) {
  const byName = new Map(files.map((file) => [file.fileName, file]));
  /** @type {Set<string>} */
  const needed = new Set();
  /** @param {BuiltFile | undefined} file */
  const visit = (file) => {
    if (!file || needed.has(file.fileName)) return;
    needed.add(file.fileName);
    file.viteMetadata?.importedCss.forEach((name) => needed.add(name));
    file.imports?.forEach((name) => visit(byName.get(name)));
  };
  files.filter((file) => file.isEntry).forEach(visit);
  return [...needed];
}

/** @param {string} name a file of the built folder */
const gzipBytes = async (name) => gzipSync(await readFile(inRoot('dist', name))).length;

/**
 * Builds the lab into dist/.
 * @returns {Promise<{ folder: string, firstLoadBytes: number }>} gzip bytes of JS and CSS
 */
export async function buildLab() {
  const { build } = await import('vite');
  const built = await build({ root, logLevel: 'warn' });
  const outputs = [built].flat().flatMap((part) => ('output' in part ? part.output : []));
  const files = firstLoadFiles(outputs);
  const sizes = await Promise.all(files.map(gzipBytes));
  return { folder: inRoot('dist'), firstLoadBytes: sizes.reduce((sum, size) => sum + size, 0) };
}
