import { spawnHelper } from './spawn.ts';
import type { Helper, HelperStart } from './spawn.ts';
import { CALL_WORDS, CONTROL_WORDS, FAILED, LEFT, OPEN, workOn } from './tasks.js';
import type { Kernel } from './tasks.js';

/** How long helpers are waited for, in milliseconds. */
export interface ThreadPoolLimits {
  /** Helpers that are not ready after this long are given up. */
  readonly start: number;
  /** A helper that finishes no task for this long is given up, as a silent GPU is. */
  readonly silence: number;
}

const LIMITS: ThreadPoolLimits = { start: 10_000, silence: 30_000 };
/** Words of the longest list that is shared: 80,000 calls. */
const LIST_WORDS = 2 ** 20;

/** Calls a kernel by name. */
export type CallKernel = (name: string, ...parameters: number[]) => void;

/** Work that falls into tasks, none of which reads or writes what another one writes. */
export interface SharedWork {
  readonly tasks: number;
  /** Makes the calls of one task; parameters are whole numbers. */
  readonly run: (task: number, call: CallKernel) => void;
}

/** Kernels over a shared memory, and the caller's own instance of them. */
export type ThreadPoolModule = Pick<HelperStart, 'module' | 'memory' | 'names'> & {
  readonly exports: WebAssembly.Exports;
};

/** Calls that are written down instead of made, task after task. */
class Recorder {
  private words = new Int32Array(2 ** 12);
  private used = 0;
  private ends: number[] = [];
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(names: readonly string[]) {
    this.numbers = new Map(names.map((name, index) => [name, index]));
  }

  private readonly call: CallKernel = (name, ...parameters) => {
    if (this.used + CALL_WORDS > this.words.length) {
      const longer = new Int32Array(2 * this.words.length);
      longer.set(this.words);
      this.words = longer;
    }
    this.words[this.used] = this.numbers.get(name)!;
    for (let at = 0; at < parameters.length; at++) this.words[this.used + 1 + at] = parameters[at]!;
    this.used += CALL_WORDS;
  };

  /** Writes down all calls of a work. @returns the words that the list takes */
  record({ tasks, run }: SharedWork): number {
    this.used = 0;
    this.ends = [];
    for (let task = 0; task < tasks; task++) {
      run(task, this.call);
      this.ends.push(this.used / CALL_WORDS);
    }
    return 1 + tasks + this.used;
  }

  /** The list as `runTask` reads it. */
  writeTo(list: Int32Array): void {
    list[0] = this.ends.length;
    list.set(this.ends, 1);
    list.set(this.words.subarray(0, this.used), 1 + this.ends.length);
  }
}

/** A work that was not done: what the memory holds is not known any more. The sentence is for the reader. */
export class ThreadPoolError extends Error {
  override readonly name = 'CrewFailure';
}

const sharedWords = (count: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));

function rejectAfter(milliseconds: number): { late: Promise<never>; cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`they were not ready after ${milliseconds / 1000} s`));
    }, milliseconds);
  });
  return {
    late,
    cancel: () => {
      clearTimeout(timer);
    },
  };
}

/**
 * The lab's thread and helpers that run kernels over one shared memory.
 *
 * A task is taken by whoever is free, so a helper that the system lets wait, or that has ended,
 * costs no more than its part of the work. What a task computes does not depend on who runs it.
 */
export class ThreadPool {
  private readonly kernels: readonly Kernel[];
  private readonly start: HelperStart;
  private readonly helpers: Helper[] = [];
  private readonly recorder: Recorder;
  private readonly silence: number;
  private ended = false;
  /** Multiply-adds below which waking helpers takes longer than they save. Tests set it to 0. */
  leastWork = 2 ** 18;

  private constructor(
    start: HelperStart & ThreadPoolModule,
    readonly threads: number,
    { silence }: ThreadPoolLimits,
  ) {
    const { exports, ...rest } = start;
    this.start = rest;
    this.silence = silence;
    this.kernels = start.names.map((name) => exports[name] as Kernel);
    this.recorder = new Recorder(start.names);
  }

  /**
   * Starts `threads` − 1 helpers.
   *
   * @throws Error when one of them does not start, or not in time; then none is left.
   */
  static async start(
    module: ThreadPoolModule,
    threads: number,
    limits = LIMITS,
  ): Promise<ThreadPool> {
    const shared = { control: sharedWords(CONTROL_WORDS), list: sharedWords(LIST_WORDS) };
    const threadPool = new ThreadPool({ ...module, ...shared }, threads, limits);
    const { late, cancel } = rejectAfter(limits.start);
    try {
      while (threadPool.helpers.length < threads - 1)
        threadPool.helpers.push(spawnHelper(threadPool.start));
      await Promise.race([Promise.all(threadPool.helpers.map(({ ready }) => ready)), late]);
      return threadPool;
    } catch (error) {
      threadPool.end();
      throw error;
    } finally {
      cancel();
    }
  }

  /**
   * Runs a work on all threads; back when it is done.
   *
   * @returns false where nothing was run: the crew is over, or the list of calls is too long.
   * @throws CrewFailure when a helper stays silent or a kernel fails; the crew is over then.
   */
  share(work: SharedWork): boolean {
    const { list, control } = this.start;
    if (this.ended || this.recorder.record(work) > list.length) return false;
    this.recorder.writeTo(list);
    Atomics.store(control, LEFT, work.tasks);
    Atomics.store(control, OPEN, work.tasks);
    Atomics.notify(control, OPEN, Math.min(work.tasks - 1, this.helpers.length));
    workOn(this.kernels, control, list);
    this.waitForHelpers();
    return true;
  }

  /** Whether the helpers have been ended, by the caller or by what went wrong. */
  get isOver(): boolean {
    return this.ended;
  }

  /** Ends the helpers; every work is then run by the caller. */
  end(): void {
    this.ended = true;
    for (const { end } of this.helpers) end();
  }

  private waitForHelpers(): void {
    const { control } = this.start;
    for (let left = Atomics.load(control, LEFT); left > 0; left = Atomics.load(control, LEFT)) {
      if (Atomics.wait(control, LEFT, left, this.silence) !== 'timed-out') continue;
      this.end();
      throw new ThreadPoolError(
        `A thread of WebAssembly finished nothing for ${this.silence / 1000} s.`,
      );
    }
    if (Atomics.exchange(control, FAILED, 0) === 0) return;
    this.end();
    throw new ThreadPoolError('A WebAssembly kernel failed on one of its threads.');
  }
}
