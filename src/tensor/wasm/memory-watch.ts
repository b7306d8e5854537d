import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { watchDevice, tellTrouble } from '../device.ts';
import { DeviceError, type DeviceTrouble } from '../device-error.ts';

/** What tfjs's wasm module has and its types do not name. */
export interface EmscriptenModule {
  _malloc(bytes: number): number;
  _free(address: number): void;
  HEAPU8: Uint8Array;
  /** Called before the module aborts, as it does when its own code gets no memory. */
  onAbort?: (what: unknown) => void;
  /** The threaded build puts its memory here … */
  wasmMemory?: WebAssembly.Memory;
  /** … and the single-threaded one here. */
  asm?: { memory?: WebAssembly.Memory };
}

/** The module of a backend; null once tfjs has disposed of it. */
const moduleOf = (backend: BackendWasm): EmscriptenModule =>
  backend.wasm as unknown as EmscriptenModule;

const WAY = 'A smaller batch or a narrower net takes less.';
const count = (bytes: number): string => bytes.toLocaleString('en-US');

const troubles = new WeakMap<BackendWasm, DeviceTrouble>();
/** The backend that started last; null before, and when a failed one is gone. */
let watched: BackendWasm | null = null;

/** As much of tfjs's backend as is needed to release its tensors. */
interface Tensors {
  dataIdMap: {
    get(id: object): { refCount: number } | undefined;
    delete(id: object): void;
  };
  disposeData(id: object, force?: boolean): boolean;
  dispose(): void;
}

/**
 * Tensors of a module that failed are let go without a word to it: its own books may be half
 * written, and the memory goes as a whole.
 */
function leaveModule(backend: BackendWasm): void {
  const tensors = backend as unknown as Tensors;
  tensors.disposeData = (id, force = false) => {
    const data = tensors.dataIdMap.get(id);
    if (data === undefined) return true;
    data.refCount -= 1;
    if (!force && data.refCount > 0) return false;
    tensors.dataIdMap.delete(id);
    return true;
  };
  tensors.dispose = () => {
    (backend as { wasm: unknown }).wasm = null;
    if (watched === backend) watched = null;
  };
}

/** Whether the module in use has failed, so that a fresh one has to take its place. */
export function isSpent(): boolean {
  return watched !== null && troubles.has(watched);
}

/** Notes the first trouble of a backend; what to throw for it. */
function failure(backend: BackendWasm, trouble: DeviceTrouble): DeviceError {
  if (!troubles.has(backend)) {
    troubles.set(backend, trouble);
    leaveModule(backend);
    tellTrouble(trouble);
  }
  return new DeviceError(troubles.get(backend)!);
}

function outOfMemory(backend: BackendWasm, wanted: string): DeviceError {
  const { length } = moduleOf(backend).HEAPU8;
  const message = `The memory of WebAssembly is full: ${wanted} beside the ${count(length)} that it has. ${WAY}`;
  return failure(backend, { code: 'out-of-memory', message });
}

/** What to throw when a backend's module cannot be trusted any more, for a reason told in a sentence. */
export function moduleFailed(backend: BackendWasm, message: string): DeviceError {
  return failure(backend, { code: 'device-error', message });
}

/**
 * Watches over the memory of a backend. tfjs takes the 0 of a failed allocation for an address, and
 * its kernels would write over its own tables; its own code aborts without a reason when it gets no
 * memory. Both end in a DeviceError that says so, and the backend is spent from then on.
 */
export function watchMemory(backend: BackendWasm): void {
  if (watched === backend) return;
  watched = backend;
  const module = moduleOf(backend);
  // Emscripten's first call puts the real function in the place of the one that finds it.
  module._free(module._malloc(16));
  const allocate = module._malloc.bind(module);
  module._malloc = (bytes) => {
    const address = allocate(bytes);
    if (address !== 0 || bytes === 0) return address;
    throw outOfMemory(backend, `${count(bytes)} bytes more were asked for`);
  };
  module.onAbort = () => {
    throw outOfMemory(backend, 'tfjs asked for more');
  };
}

/**
 * What tfjs's module prints. XNNPACK that gets no memory (its status 6) leaves its output as it was,
 * and tfjs continues with these numbers: that ends the step instead.
 */
export function heedComplaint(text: string): void {
  if (watched !== null && /^XNN status .* status 6\b/.test(text))
    throw outOfMemory(watched, 'tfjs asked for more');
  console.warn(text);
}

/** A trap, which is no error of the lab's code, leaves the module in a state that nobody knows. */
function reasonOf(error: unknown): unknown {
  if (watched === null || error instanceof DeviceError) return error;
  const known = troubles.get(watched);
  if (known !== undefined) return new DeviceError(known);
  if (!(error instanceof WebAssembly.RuntimeError)) return error;
  return moduleFailed(watched, `WebAssembly failed: ${error.message}`);
}

watchDevice('wasm', { reasonOf });
