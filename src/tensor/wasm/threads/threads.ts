import { findBackendFactory, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { isSpent } from '../memory-watch.ts';
import { heapOf } from '../runtime.ts';
import type { Heap } from '../runtime.ts';
import { Crew } from './crew.ts';
import { makeSharedBackend } from './shared-backend.ts';
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
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
  if (!isNode && !isolated) return 'the page is not cross-origin isolated';
  try {
    // A page's own thread may not sleep until another one wakes it: this throws there.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
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

/** tfjs's backend over a shared memory, once it is made. */
let shared: BackendWasm | null = null;
/** The heap whose work is shared at present. */
let current: Heap | null = null;

/** How tfjs itself makes its backend; kept, since a shared one takes its place. */
let stock: ReturnType<typeof findBackendFactory> | null = null;

/**
 * Lets a wasm backend whose module has failed go, with its memory and its tensors: the next start
 * makes a fresh one. Call it before every start.
 */
export function removeSpent(): void {
  stock ??= findBackendFactory('wasm');
  if (!isSpent()) return;
  endThreads();
  shared = null;
  removeBackend('wasm');
  registerBackend('wasm', stock);
}

/**
 * Puts tfjs's wasm backend over a shared memory, where threads are wanted and possible. Call it
 * before that backend is made the one in use: tensors of a backend without shared memory are lost.
 */
export async function shareMemory(
  wanted: WantedThreads,
  binary: string | undefined,
): Promise<Threads> {
  const found = threadsFor(wanted);
  if (found.threads === 1 || shared !== null) return found;
  try {
    const made = await makeSharedBackend(binary);
    removeBackend('wasm');
    registerBackend('wasm', () => made);
    shared = made;
    return found;
  } catch (error) {
    return one(`memory could not be shared (${messageOf(error)})`);
  }
}

/** Starts the threads of the wasm backend in use; one where they do not start. */
export async function startThreads(backend: unknown, found: Threads): Promise<Threads> {
  const heap = heapOf(backend);
  const { crew } = heap;
  if (current === heap && crew?.threads === found.threads && !crew.isOver) return found;
  endThreads();
  if (found.threads === 1) return found;
  try {
    heap.crew = await Crew.start(heap.kernels, found.threads);
    current = heap;
    return found;
  } catch (error) {
    return one(`other threads did not start (${messageOf(error)})`);
  }
}

/** Ends the threads. The backend goes on with the caller's. */
export function endThreads(): void {
  current?.crew?.end();
  if (current !== null) current.crew = null;
  current = null;
}
