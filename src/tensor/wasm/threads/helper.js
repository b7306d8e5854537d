/**
 * A helping thread: runs tasks of the lab's kernels over the memory that it is given, and sleeps
 * while there are none. It ends by being terminated. The same file in browsers and in Node.
 */
import { OPEN, workOn } from './tasks.js';

/**
 * @typedef {object} HelperStart
 * @property {WebAssembly.Module} module
 * @property {WebAssembly.Memory} memory
 * @property {readonly string[]} names
 * @property {Int32Array} control
 * @property {Int32Array} list
 */

/** @typedef {{ parentPort: { postMessage(message: unknown): void,
 *   once(name: 'message', listener: (message: HelperStart) => void): void } | null }} NodeThreads */

/** @typedef {{ process?: { getBuiltinModule?: (name: string) => NodeThreads | undefined } }} Node */

const { process } = /** @type {Node} */ (/** @type {unknown} */ (globalThis));
const port = process?.getBuiltinModule?.('node:worker_threads')?.parentPort ?? null;

/** @param {HelperStart} start */
function help({ module, memory, names, control, list }) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = names.map((name) => /** @type {import('./tasks.js').Kernel} */ (exports[name]));
  if (port !== null) port.postMessage('ready');
  else globalThis.postMessage('ready');
  for (;;) {
    Atomics.wait(control, OPEN, 0);
    workOn(kernels, control, list);
  }
}

if (port !== null) port.once('message', help);
else {
  const start = (/** @type {MessageEvent<HelperStart>} */ event) => help(event.data);
  globalThis.addEventListener('message', start, { once: true });
}
