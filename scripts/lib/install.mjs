import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { giveUp, runNode, runProgram } from './process.mjs';
import { inRoot } from './root.mjs';

/** The oldest Node that the locked tools run on. */
const oldestNode = { major: 20, minor: 19 };

/**
 * @typedef {{ version?: string, integrity?: string, resolved?: string, optional?: boolean,
 *   devOptional?: boolean, peer?: boolean, extraneous?: boolean, link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * Whether a Node version ("20.19.0") is new enough.
 * @param {string} version
 */
export function isNodeNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor);
}

/**
 * Whether what is installed differs from what is locked. npm leaves out optional packages that are
 * for another platform, so only those may be missing.
 * @param {Lockfile} locked package-lock.json
 * @param {Lockfile | undefined} installed node_modules/.package-lock.json, which npm writes last
 */
export function isStale(locked, installed) {
  if (!locked.packages || !installed?.packages) return true;
  const { packages } = installed;
  const differs = Object.entries(locked.packages).some(([path, wanted]) => {
    const found = packages[path];
    if (path === '') return false;
    if (!found) return !(wanted.optional ?? wanted.devOptional ?? false);
    return found.version !== wanted.version || found.integrity !== wanted.integrity;
  });
  const known = new Set(Object.keys(locked.packages));
  return differs || Object.keys(packages).some((path) => !known.has(path));
}

/**
 * @param {string} path
 * @returns {Lockfile | undefined}
 */
function readLockfile(path) {
  try {
    return /** @type {Lockfile} */ (JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** @param {'stderr' | 'show'} output */
function runNpmCi(output) {
  // Dev dependencies are what builds and tests, also where NODE_ENV says production.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env['npm_execpath'];
  const options = { minutes: 10, output };
  if (npm && existsSync(npm) && /\.c?js$/.test(npm)) return runNode([npm, ...args], options);
  return runProgram('npm', args, { ...options, shell: process.platform === 'win32' });
}

/**
 * Installs the locked dependencies when they are missing or differ from package-lock.json.
 * @param {{ output?: 'show' | 'stderr' }} [options] where npm's words go
 */
export async function ensureDependencies({ output = 'show' } = {}) {
  if (!isNodeNewEnough(process.versions.node)) {
    const { major, minor } = oldestNode;
    giveUp(
      `Norm Lab needs Node ${major}.${minor} or newer; this is ${process.versions.node}: ` +
        'install a newer one from https://nodejs.org.',
    );
  }
  const locked = readLockfile(inRoot('package-lock.json'));
  if (!locked) giveUp('package-lock.json is missing or damaged: restore it from the repository.');
  const installed = readLockfile(inRoot('node_modules', '.package-lock.json'));
  if (!isStale(locked, installed)) return;
  const why = installed ? 'differ from package-lock.json' : 'are not installed yet';
  process.stderr.write(`The dependencies ${why}: running npm ci.\n`);
  const { code, timedOut } = await runNpmCi(output);
  if (timedOut) giveUp('npm ci took over 10 minutes: check the network, then try again.');
  if (code !== 0) giveUp(`npm ci failed (exit code ${code}): check the network, then try again.`);
}
