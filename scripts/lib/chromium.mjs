import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { runNode, runProgram } from './process.mjs';
import { inRoot } from './root.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @type {Partial<Record<NodeJS.Platform, (env: NodeJS.ProcessEnv) => string[]>>} */
const usualPlaces = {
  darwin: (env) =>
    ['/Applications', join(env['HOME'] ?? '/', 'Applications')].flatMap((folder) => [
      join(folder, 'Google Chrome.app/Contents/MacOS/Google Chrome'),
      join(folder, 'Chromium.app/Contents/MacOS/Chromium'),
    ]),
  win32: (env) =>
    ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .flatMap((name) => env[name] ?? [])
      .flatMap((folder) => [
        join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        join(folder, 'Chromium', 'Application', 'chrome.exe'),
      ]),
};

/**
 * Where a system's own Chromium may be, best first.
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} env
 */
export function systemCandidates(platform, env) {
  const folders = platform === 'win32' ? [] : (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...(usualPlaces[platform]?.(env) ?? [])];
}

/**
 * Whether a file is a Chromium that starts: a package's stub or missing system libraries show here.
 * @param {string} path
 */
async function starts(path) {
  if (!existsSync(path)) return false;
  // On Windows --version opens a window instead of answering.
  if (process.platform === 'win32') return true;
  const { code, output } = await runProgram(path, ['--version'], { minutes: 0.5, output: 'keep' });
  return code === 0 && /chrom/i.test(output);
}

/**
 * Where Playwright keeps its own Chromium, whether or not it is there.
 * @returns {Promise<string[]>}
 */
async function playwrightCandidates() {
  const entry = inRoot('node_modules', '@playwright', 'test', 'index.mjs');
  const { chromium } = /** @type {typeof import('@playwright/test')} */ (
    await import(pathToFileURL(entry).href)
  );
  return [chromium.executablePath()];
}

/** @param {readonly string[]} paths */
async function firstThatStarts(paths) {
  for (const path of paths) if (await starts(path)) return path;
  return undefined;
}

function isRootOnDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false;
  return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

async function installFromDebian() {
  process.stderr.write("No Chromium found: installing Debian's package chromium.\n");
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-q', '-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::http::Timeout=30'];
  const packages = ['-y', '--no-install-recommends', 'chromium', 'fonts-liberation'];
  const limits = /** @type {const} */ ({ minutes: 6, output: 'stderr', env });
  await runProgram('apt-get', [...wait, 'update'], limits);
  await runProgram('apt-get', [...wait, 'install', ...packages], limits);
}

async function installFromPlaywright() {
  process.stderr.write("No Chromium found: downloading Playwright's.\n");
  const cli = inRoot('node_modules', '@playwright', 'test', 'cli.js');
  await runNode([cli, 'install', 'chromium'], { minutes: 5, output: 'stderr' });
}

/**
 * The path of a Chromium that is there and starts: NORM_LAB_CHROMIUM, the system's, Playwright's.
 * @returns {Promise<string | undefined>}
 * @throws {Error} one sentence, where NORM_LAB_CHROMIUM names no file
 */
export async function lookForChromium() {
  const chosen = process.env['NORM_LAB_CHROMIUM'];
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`NORM_LAB_CHROMIUM is ${chosen}, which does not exist: correct or unset it.`);
  }
  return (
    (await firstThatStarts(systemCandidates(process.platform, process.env))) ??
    (await firstThatStarts(await playwrightCandidates()))
  );
}

/**
 * The path of a Chromium that starts; installs one where there is none.
 * @returns {Promise<string>}
 * @throws {Error} one sentence that says what to install
 */
export async function findChromium() {
  // As root on Debian the package comes first: it brings the system libraries along.
  const installers = [...(isRootOnDebian() ? [installFromDebian] : []), installFromPlaywright];
  let found = await lookForChromium();
  for (const install of installers) {
    if (found) break;
    await install();
    found = await lookForChromium();
  }
  if (found) return found;
  throw new Error(
    'No Chromium that starts was found and none could be installed: install Chromium or Google ' +
      'Chrome, or set NORM_LAB_CHROMIUM to its program file.',
  );
}
