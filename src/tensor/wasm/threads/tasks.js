/**
 * What the lab's thread and its helpers share: a list of kernel calls cut into tasks, of which
 * each thread takes the next that nobody has. Plain JavaScript, since Node starts a worker from it
 * as it is.
 */

/** Control words: tasks that nobody has taken, tasks that are not finished, tasks that threw. */
export const OPEN = 0;
export const LEFT = 1;
export const FAILED = 2;
export const CONTROL_WORDS = 3;

/** The most parameters that a kernel has. */
const MAX_PARAMETERS = 12;
/** Words of a call in the list: its kernel's number, then its parameters. */
export const CALL_WORDS = MAX_PARAMETERS + 1;

/** @typedef {(...parameters: number[]) => void} Kernel */

/**
 * Runs the calls of a task. The list begins with the number of tasks and where each ends, in calls.
 * @param {readonly Kernel[]} kernels
 * @param {Int32Array} list
 * @param {number} task
 */
function runTask(kernels, list, task) {
  const calls = 1 + at(list, 0);
  const from = task === 0 ? 0 : at(list, task);
  const to = at(list, task + 1);
  for (let call = from; call < to; call++) {
    const first = calls + call * CALL_WORDS;
    const kernel = /** @type {Kernel} */ (kernels[at(list, first)]);
    // Written out: spreading a part of the list takes longer than a small kernel.
    kernel(
      at(list, first + 1),
      at(list, first + 2),
      at(list, first + 3),
      at(list, first + 4),
      at(list, first + 5),
      at(list, first + 6),
      at(list, first + 7),
      at(list, first + 8),
      at(list, first + 9),
      at(list, first + 10),
      at(list, first + 11),
      at(list, first + 12),
    );
  }
}

/**
 * @param {Int32Array} list
 * @param {number} index
 */
function at(list, index) {
  return /** @type {number} */ (list[index]);
}

/**
 * Takes a task that nobody has taken.
 * @param {Int32Array} control
 * @returns {number} how many were open, the taken one included; 0 when there was none
 */
function take(control) {
  for (;;) {
    const open = Atomics.load(control, OPEN);
    if (open === 0 || Atomics.compareExchange(control, OPEN, open, open - 1) === open) return open;
  }
}

/**
 * Takes and runs tasks until none is open. Reads the list only with a task in hand: the list stays
 * as it is until all tasks are finished.
 * @param {readonly Kernel[]} kernels
 * @param {Int32Array} control
 * @param {Int32Array} list
 */
export function workOn(kernels, control, list) {
  for (let open = take(control); open > 0; open = take(control)) {
    try {
      runTask(kernels, list, at(list, 0) - open);
    } catch {
      Atomics.add(control, FAILED, 1);
    }
    if (Atomics.sub(control, LEFT, 1) === 1) Atomics.notify(control, LEFT);
  }
}
