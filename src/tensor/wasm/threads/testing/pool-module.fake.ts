import { assemble, clearBytes, i32, wasmFunction } from '../../assembler.ts';
import type { Code, WasmFunction } from '../../assembler.ts';
import type { ThreadPoolModule, SharedWork } from '../thread-pool.ts';

const at = { at: 'i32' } as const;
const KERNELS: readonly WasmFunction[] = [
  // Not atomic: a task that ran twice, or two that write one place, would show.
  wasmFunction('increment', at, (p) => i32.store(p.at, i32.add(i32.load(p.at), 1))),
  wasmFunction('wipe', at, (p) => clearBytes(p.at, 4)),
  wasmFunction('spin', at, () => [0x03, 0x40, 0x0c, 0, 0x0b] satisfies Code),
  wasmFunction('trap', at, () => [0x00]),
];

/** Kernels over a memory of one page, and what the caller's own of them do instead. */
export function makeModule(own: Record<string, () => void> = {}): ThreadPoolModule {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
  const module = new WebAssembly.Module(assemble(KERNELS, true));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const names = KERNELS.map(({ name }) => name);
  return { module, memory, names, exports: { ...exports, ...own } };
}

/** Sleeps, so that a helper takes the next task. */
export const sleep = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
};
/** So many tasks of one call each, each on a number of its own. */
export const calls = (tasks: number, name: string): SharedWork => ({
  tasks,
  run: (task, call) => {
    call(name, 4 * task);
  },
});
