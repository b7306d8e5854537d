import { cruise, format } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { inRoot } from './root.mjs';

/** @typedef {import('dependency-cruiser').ICruiseResult} ImportGraph */

/**
 * Reads every import of src, type imports too, and checks it against the rules of
 * dependency-cruiser.config.cjs.
 * @returns {Promise<ImportGraph>}
 */
export async function readImports() {
  const options = await extractOptions(inRoot('dependency-cruiser.config.cjs'));
  const tsConfig = extractTsConfig(inRoot('tsconfig.json'));
  const { output } = await cruise(['src'], { ...options, validate: true }, undefined, { tsConfig });
  return /** @type {ImportGraph} */ (output);
}

/**
 * The report of the import rules.
 * @param {ImportGraph} graph
 * @returns {Promise<{ text: string, ok: boolean }>}
 */
export async function reportImports(graph) {
  const { output, exitCode } = await format(graph, { outputType: 'err' });
  return { text: typeof output === 'string' ? output : JSON.stringify(output), ok: exitCode === 0 };
}

/**
 * The modules of a graph, each with the paths that it imports.
 * @param {ImportGraph} graph
 */
export const moduleImports = ({ modules }) =>
  modules.map(({ source, dependencies }) => ({
    source,
    imports: dependencies.map(({ resolved }) => resolved),
  }));

/** The first folder of a path in src; each kit is a room of its own. */
const roomOf = (/** @type {string} */ path) =>
  /^src\/(kit\/(?:kept\/)?[\w-]+(?=[/.])|[^/]+(?=\/))/.exec(path)?.[1];

/**
 * Which room imports which, sorted by name. Tests and their helpers do not count.
 * @param {readonly { source: string, imports: readonly string[] }[]} modules
 * @returns {Map<string, string[]>} every room of src with the rooms that it imports
 */
export function roomImports(modules) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const { source, imports } of modules) {
    const room = roomOf(source);
    if (room === undefined || /\.test\.tsx?$|\/testing\//.test(source)) continue;
    const imported = found.get(room) ?? new Set();
    found.set(room, imported);
    for (const path of imports) {
      const other = roomOf(path);
      if (other !== undefined && other !== room) imported.add(other);
    }
  }
  const rooms = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(rooms.map(([room, imported]) => [room, [...imported].sort()]));
}
