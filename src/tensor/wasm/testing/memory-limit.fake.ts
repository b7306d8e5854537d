import { backend } from '@tensorflow/tfjs-core';
import type { EmscriptenModule } from '../memory-watch.ts';

/** tfjs's backend in use: another object when it was recreated. */
export const backendInUse = (): object => backend();

/**
 * Makes the memory of the wasm backend in use what it is where the machine has no more: real
 * allocations fail then.
 *
 * @returns That backend.
 */
export function refuseToGrow(): object {
  const inUse = backendInUse();
  const { wasm } = inUse as { wasm: EmscriptenModule };
  const memory = (wasm.wasmMemory ?? wasm.asm?.memory)!;
  memory.grow = () => {
    throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
  };
  return inUse;
}
