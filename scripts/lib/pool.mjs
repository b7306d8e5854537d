/**
 * Does the tasks in order, at most `width` at a time.
 * @template Task, Result
 * @param {readonly Task[]} tasks
 * @param {number} width
 * @param {(task: Task) => Promise<Result>} work
 * @returns {Promise<Result[]>} in the order of the tasks
 */
export async function runPool(tasks, width, work) {
  /** @type {Result[]} */
  const results = [];
  const queue = tasks.entries();
  const drain = async () => {
    for (const [index, task] of queue) results[index] = await work(task);
  };
  await Promise.all(Array.from({ length: width }, drain));
  return results;
}
