import { registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { makeBackend, type WasmOrder } from '../make-backend.ts';
import { isSpent } from '../memory-watch.ts';
import { heapOf } from '../runtime.ts';
import type { Heap } from '../runtime.ts';
import { ThreadPool } from './thread-pool.ts';
import { coreCount, isNode } from './spawn.ts';

/** More threads than this wait for memory, not for processors. */
const MOST_THREADS = 8;

/** A number of threads, and why it is not larger, where there is a reason to tell. */
export interface Threads {
  readonly threads: number;
  readonly why: string | null;
}

const one = (why: string): Threads => ({ threads: 1, why });

/** Why threads cannot share memory here; null where they can. */
function obstacle(): string | null {
  const { crossOriginIsolated, SharedArrayBuffer: shareable } = globalThis as {
    crossOriginIsolated?: boolean;
    SharedArrayBuffer?: SharedArrayBufferConstructor;
  };
  if (!isNode && crossOriginIsolated !== true) return 'the page is not cross-origin isolated';
  // WebKitGTK 2.50 has shared WebAssembly memories and Atomics.wait, but no way to hand such a
  // memory to another worker: docs/decisions/0008-threads-in-webkitgtk.md.
  if (shareable === undefined) return 'this browser has no SharedArrayBuffer';
  try {
    // Throws on a page's main thread, which must not block.
    Atomics.wait(new Int32Array(new shareable(4)), 0, 1);
    return null;
  } catch {
    return 'this thread may not wait for others';
  }
}

/** How many threads are wanted: a number, taken as it is, or as many as are worth starting. */
export type WantedThreads = number | 'all';

function threadsFor(wanted: WantedThreads): Threads {
  if (wanted === 1) return { threads: 1, why: null };
  const why = obstacle();
  if (why !== null) return one(why);
  const threads = wanted === 'all' ? Math.min(coreCount(), MOST_THREADS) : wanted;
  return threads > 1 ? { threads, why: null } : one('this machine has one processor core');
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Whether threads can share the memory of the backend that was made last; null before the first. */
let shared: boolean | null = null;
/** The heap whose work is shared at present. */
let current: Heap | null = null;

/** Makes a backend and puts it in the place of the one before, whose tensors are void. */
async function makeAnew(order: WasmOrder): Promise<void> {
  const made = await makeBackend(order);
  endThreads();
  removeBackend('wasm');
  registerBackend('wasm', () => made);
  shared = order.shared;
}

/**
 * Registers a wasm backend, where there is none yet, its module has failed, or threads are wanted and
 * possible and its memory cannot be shared. Call it before every start; tensors of a backend that
 * another one takes the place of are void.
 *
 * @returns how many threads can be started on it.
 * @throws Error when the binary cannot be read or instantiated.
 */
export async function openMemory(
  wanted: WantedThreads,
  binary: string | undefined,
): Promise<Threads> {
  const found = threadsFor(wanted);
  const spent = isSpent() || shared === null;
  if (found.threads > 1 && (spent || shared !== true)) {
    try {
      await makeAnew({ binary, shared: true });
      return found;
    } catch (error) {
      if (spent) await makeAnew({ binary, shared: false });
      return one(`memory could not be shared (${messageOf(error)})`);
    }
  }
  if (spent) await makeAnew({ binary, shared: false });
  return found;
}

/** Starts the threads of the wasm backend in use; one where they do not start. */
export async function startThreads(backend: unknown, found: Threads): Promise<Threads> {
  const heap = heapOf(backend);
  const { threadPool } = heap;
  if (current === heap && threadPool?.threads === found.threads && !threadPool.isOver) return found;
  endThreads();
  if (found.threads === 1) return found;
  try {
    heap.threadPool = await ThreadPool.start(heap.kernels, found.threads);
    current = heap;
    return found;
  } catch (error) {
    return one(`other threads did not start (${messageOf(error)})`);
  }
}

/** Ends the threads. The backend continues with the caller's. */
export function endThreads(): void {
  current?.threadPool?.end();
  if (current !== null) current.threadPool = null;
  current = null;
}
