import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type {
  BackendWasmModule,
  WasmFactoryConfig,
} from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js';
import makeModule from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js';
import { heedComplaint } from './memory-watch.ts';
import { withSharedMemory } from './threads/shared-binary.ts';
import { nodeModule } from './threads/spawn.ts';

/** tfjs's build with SIMD and for one thread. */
const SIMD_BINARY = 'tfjs-backend-wasm-simd.wasm';

/** Emscripten's way to call a function of the module. */
type WrapCall = (name: string, result: 'number' | null, parameters: 'number'[]) => never;

/** @param address Where the binary is served; undefined in Node, where the package has it. */
async function readBinary(address: string | undefined): Promise<Uint8Array> {
  if (address !== undefined) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address} answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
  const require = nodeModule('node:module').createRequire(import.meta.url);
  const file = require.resolve(`@tensorflow/tfjs-backend-wasm/dist/${SIMD_BINARY}`);
  return nodeModule('node:fs/promises').readFile(file);
}

/** Settings of Emscripten's that tfjs's types do not name. */
interface Settings {
  readonly wasmBinary: Uint8Array;
  readonly printErr: (text: string) => void;
}

/** tfjs's table of its own functions, as its loader makes it. */
function addFunctions(module: BackendWasmModule & { readonly cwrap: WrapCall }): BackendWasm {
  const { cwrap } = module;
  module.tfjs = {
    init: cwrap('init', null, []),
    initWithThreadsCount: cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: cwrap('get_threads_count', 'number', []),
    registerTensor: cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: cwrap('dispose_data', null, ['number']),
    dispose: cwrap('dispose', null, []),
  };
  return new BackendWasm(module);
}

/** Where the binary is, and whether threads are to share its memory. */
export interface WasmOrder {
  /** Undefined in Node, where the package has it. */
  readonly binary: string | undefined;
  readonly shared: boolean;
}

/**
 * tfjs's wasm backend, on a memory of its own or one that threads can share.
 *
 * tfjs's own loader is not asked. It never settles when the binary cannot be instantiated, as where a
 * device refuses a shared memory of 4 GiB at most; what the module prints, which is how XNNPACK tells
 * that it got no memory, reaches nobody; and its threads start from the source text of a bundled
 * function, which a minifier breaks. The lab's kernels have threads of their own.
 *
 * @throws Error when the binary cannot be read or instantiated.
 */
export async function makeBackend({ binary, shared }: WasmOrder): Promise<BackendWasm> {
  const plain = await readBinary(binary);
  const wasmBinary = shared ? withSharedMemory(plain) : plain;
  const config: WasmFactoryConfig & Settings = { wasmBinary, printErr: heedComplaint };
  const module = (await makeModule(config)) as BackendWasmModule & { cwrap: WrapCall };
  return addFunctions(module);
}
