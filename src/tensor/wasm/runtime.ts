import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { assemble } from './assembler.ts';
import { channelKernels } from './channel-kernels.ts';
import { convKernels } from './conv-kernels.ts';
import { moduleFailed, watchMemory, type EmscriptenModule } from './memory-watch.ts';
import { poolKernels } from './pool-kernels.ts';
import {
  ThreadPoolError,
  type CallKernel,
  type ThreadPool,
  type ThreadPoolModule,
  type SharedWork,
} from './threads/thread-pool.ts';

type Kernel = (...parameters: number[]) => void;

/** The lab's own kernels over tfjs's wasm memory, so that tensors are never copied. */
export interface Heap {
  /** The assembled kernels, as other threads can run them, too. */
  readonly kernels: ThreadPoolModule;
  /** Threads that share a work; null where the caller is the only one. */
  threadPool: ThreadPool | null;
  /** Calls a kernel of the assembled module. */
  readonly call: CallKernel;
  /**
   * Runs a work, on all threads when it is worth that. `size` is its number of multiply-adds; a
   * number that is only moved counts as eight.
   *
   * @throws DeviceError when a thread stays silent or a kernel fails on one of several
   */
  share(work: SharedWork & { readonly size: number }): void;
  /** The byte address of a tensor's first number. */
  addressOf(tensor: TensorInfo): number;
  /** A new tensor of the backend, not initialized, with its address. @throws DeviceError when there is no memory */
  output(shape: number[]): { info: TensorInfo; address: number };
  /** The bytes of the memory now; a view goes stale when the memory grows. */
  floats(address: number, count: number): Float32Array;
  integers(address: number, count: number): Int32Array;
  /** Runs `work` with scratch memory, which is given back in the end. */
  scratch<T>(work: (take: (bytes: number) => number) => T): T;
}

const heaps = new WeakMap<BackendWasm, Heap>();

/** Whether relaxed SIMD (fused multiply-add) is here: a function that uses it must validate. */
function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(assemble(convKernels(true), false));
}

/** Whether a memory can be given to other threads. */
const isShared = ({ buffer }: WebAssembly.Memory): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;

function compile(memory: WebAssembly.Memory): ThreadPoolModule {
  const functions = [...convKernels(hasRelaxedSimd()), ...channelKernels(), ...poolKernels()];
  // Synchronous compilation: a kernel cannot wait, and the module has about 10 kB.
  const module = new WebAssembly.Module(assemble(functions, isShared(memory)));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { module, memory, names: functions.map(({ name }) => name), exports };
}

function makeHeap(backend: BackendWasm): Heap {
  const module = backend.wasm as unknown as EmscriptenModule;
  const memory = module.wasmMemory ?? module.asm?.memory;
  if (memory === undefined)
    throw new Error('tfjs-backend-wasm does not show its memory: another version than 4.22?');
  watchMemory(backend);
  const kernels = compile(memory);
  const functions = kernels.exports as Record<string, Kernel | undefined>;
  const addressOf = ({ dataId }: TensorInfo): number => backend.getMemoryOffset(dataId);
  const call: CallKernel = (name, ...parameters) => {
    functions[name]!(...parameters);
  };
  const shareOn = (threadPool: ThreadPool, work: SharedWork): boolean => {
    try {
      return threadPool.share(work);
    } catch (error) {
      throw error instanceof ThreadPoolError ? moduleFailed(backend, error.message) : error;
    }
  };
  const heap: Heap = {
    kernels,
    threadPool: null,
    call,
    share: ({ tasks, size, run }) => {
      const isWorthIt = tasks > 1 && heap.threadPool !== null && size >= heap.threadPool.leastWork;
      if (isWorthIt && shareOn(heap.threadPool!, { tasks, run })) return;
      for (let task = 0; task < tasks; task++) run(task, call);
    },
    addressOf,
    output: (shape) => {
      const info = backend.makeOutput(shape, 'float32');
      return { info, address: addressOf(info) };
    },
    floats: (address, count) => new Float32Array(memory.buffer, address, count),
    integers: (address, count) => new Int32Array(memory.buffer, address, count),
    scratch: (work) => {
      const taken: number[] = [];
      const take = (bytes: number): number => {
        const address = module._malloc(Math.max(bytes, 16)) >>> 0;
        taken.push(address);
        return address;
      };
      try {
        return work(take);
      } finally {
        taken.forEach((address) => module._free(address));
      }
    },
  };
  return heap;
}

/** The heap of a wasm backend, its memory watched; compiled once for each backend instance. */
export function heapOf(backend: unknown): Heap {
  const wasm = backend as BackendWasm;
  const known = heaps.get(wasm);
  if (known !== undefined) return known;
  const heap = makeHeap(wasm);
  heaps.set(wasm, heap);
  return heap;
}
