import { spawn } from 'node:child_process';
import process from 'node:process';
import { root } from './root.mjs';

const ownGroups = process.platform !== 'win32';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** @param {import('node:child_process').ChildProcess} child */
function killTree(child) {
  if (child.pid === undefined) return;
  try {
    if (ownGroups) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // Nothing of the group is left: that is what was wanted.
  }
}

/** @param {number} code */
function leave(code) {
  running.forEach(killTree);
  process.exit(code);
}

let watching = false;

// A child in a group of its own does not hear Ctrl-C, so it is ended here.
function watchSignals() {
  if (watching) return;
  watching = true;
  process.once('SIGINT', () => leave(130));
  process.once('SIGTERM', () => leave(143));
  process.once('exit', () => running.forEach(killTree));
}

/**
 * Ends this program, and all that it started, when npm is ended: npm passes a signal on to the shell
 * between it and this program, and that shell dies without passing it on (npm 11 on dash).
 */
export function endWithNpm() {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || leave(143), 500).unref();
}

const stdioOf = {
  /** The child writes where this program writes. */
  show: /** @type {const} */ (['ignore', 'inherit', 'inherit']),
  /** Everything goes to stderr, so that stdout stays data only. */
  stderr: /** @type {const} */ (['ignore', 2, 2]),
  /** Everything is kept and handed back. */
  keep: /** @type {const} */ (['ignore', 'pipe', 'pipe']),
};

/**
 * Runs a program without a shell and with nothing on its stdin; with a limit, ends it and all that it
 * started after that many minutes.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ minutes?: number, output?: keyof typeof stdioOf, env?: Record<string, string>,
 *   shell?: boolean }} options
 * @returns {Promise<{ code: number, output: string, timedOut: boolean }>} 127: it cannot start
 */
export function runProgram(command, args, options) {
  const { minutes, output = 'show', env = {}, shell = false } = options;
  watchSignals();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      detached: ownGroups,
      env: { ...process.env, ...env },
      shell,
      stdio: [...stdioOf[output]],
    });
    let kept = '';
    let timedOut = false;
    running.add(child);
    const endLate = () => {
      timedOut = true;
      killTree(child);
    };
    const timer = minutes === undefined ? undefined : setTimeout(endLate, minutes * 60_000);
    /** @param {number} code */
    const finish = (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, output: kept, timedOut });
    };
    child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (kept += text));
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (kept += text));
    child.on('error', (error) => {
      kept += `${error.message}\n`;
      finish(127);
    });
    // A grandchild left behind would hold the pipes open, and 'close' would never come.
    child.on('exit', () => killTree(child));
    child.on('close', (code) => finish(timedOut ? 124 : (code ?? 1)));
  });
}

/**
 * Runs a JavaScript program with this Node.
 * @param {readonly string[]} args
 * @param {Parameters<typeof runProgram>[2]} options
 */
export const runNode = (args, options) => runProgram(process.execPath, args, options);

/**
 * Writes one line to stderr and ends this program with exit code 1.
 * @param {string} sentence
 * @returns {never}
 */
export function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
