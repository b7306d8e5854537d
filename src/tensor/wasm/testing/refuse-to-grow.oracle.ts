import type { EmscriptenModule } from '../memory-watch.ts';

/** Makes a module's memory what it is where the machine has no more: real allocations fail then. */
export function refuseToGrow(backend: unknown): void {
  const module = (backend as { wasm: EmscriptenModule }).wasm;
  const memory = (module.wasmMemory ?? module.asm?.memory)!;
  memory.grow = () => {
    throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
  };
}
