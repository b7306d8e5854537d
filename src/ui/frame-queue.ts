/** Work that waits for a frame of its own. */
export type Task = () => void;

/** When a task was enqueued, counted in tasks run by then, and its priority among those of the same moment. */
interface Position {
  readonly enqueuedAt: number;
  readonly priority: number;
}

/** Runs one task a frame, first come first served. */
export class FrameQueue {
  readonly #waiting = new Map<Task, Position>();
  #run = 0;
  #scheduled = false;

  /** @param schedule calls its argument once, after the next frame has been painted */
  constructor(private readonly schedule: (run: () => void) => void) {}

  /**
   * Adds a task; one that waits already keeps its position.
   *
   * @param priority order among tasks that were added between the same two runs, smallest first
   */
  enqueue(task: Task, priority = 0): void {
    if (!this.#waiting.has(task)) this.#waiting.set(task, { enqueuedAt: this.#run, priority });
    this.#scheduleNext();
  }

  /** Removes a task that waits. */
  cancel(task: Task): void {
    this.#waiting.delete(task);
  }

  #next(): Task | undefined {
    const order = [...this.#waiting].sort(
      ([, a], [, b]) => a.enqueuedAt - b.enqueuedAt || a.priority - b.priority,
    );
    return order[0]?.[0];
  }

  #scheduleNext(): void {
    if (this.#scheduled || this.#waiting.size === 0) return;
    this.#scheduled = true;
    this.schedule(() => {
      this.#scheduled = false;
      const task = this.#next();
      if (task === undefined) return;
      this.#waiting.delete(task);
      this.#run += 1;
      try {
        task();
      } finally {
        this.#scheduleNext();
      }
    });
  }
}
