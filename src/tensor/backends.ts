import { backend, enableProdMode, env, setBackend } from '@tensorflow/tfjs-core';
import { probeBackends } from './backend-probes.ts';
import type { BackendName } from './backend-names.ts';
import type { BackendProbe } from './backend-probes.ts';
import { runSelfTest } from './self-test.ts';
import type { SelfTestResult } from './self-test.ts';
import type { Threads, WantedThreads } from './wasm/threads/threads.ts';
import { removeLostContext, watchContext } from './webgl-device.ts';
import { openWebGpu } from './webgpu-device.ts';

/** What the room needs from its surroundings. */
export interface BackendSetup {
  /** Where tfjs's wasm binary with SIMD is served; in Node the package has it. */
  readonly wasmBinary?: string | undefined;
  /** False in parity tests: small WebGPU tensors are then computed on the GPU too. */
  readonly cpuForward?: boolean;
  /** Threads of wasm: one unless told, more only where memory can be shared. */
  readonly threads?: WantedThreads;
}

/** A backend that was tried and not taken. */
export interface SkippedBackend {
  readonly name: BackendName;
  readonly reason: string;
}

/** The backend in use, in words for the reader. */
export interface BackendChoice {
  readonly ok: true;
  readonly name: BackendName;
  readonly reason: string;
  readonly skipped: readonly SkippedBackend[];
  readonly selfTest: SelfTestResult;
}

/** No backend passed: which were tried, and why each was not taken. */
export interface NoBackend {
  readonly ok: false;
  readonly code: 'no-backend';
  readonly message: string;
  readonly skipped: readonly SkippedBackend[];
}

/** Ends the threads of wasm, once there are some. */
let endThreads: (() => void) | null = null;

const labelOf = ({ threads, why }: Threads): string =>
  threads > 1
    ? `WebAssembly with SIMD on ${threads} threads.`
    : `WebAssembly with SIMD on one thread${why === null ? '' : `: ${why}`}.`;

async function startWasm({ wasmBinary, threads = 1 }: BackendSetup): Promise<string> {
  // Brings tfjs's own kernels, beside which the lab's are registered.
  const threadPool = await import('./wasm/threads/threads.ts');
  const { registerWasmKernels } = await import('./wasm/register.ts');
  registerWasmKernels();
  endThreads = threadPool.endThreads;
  const found = await threadPool.openMemory(threads, wasmBinary);
  await switchTo('wasm');
  return labelOf(await threadPool.startThreads(backend(), found));
}

async function switchTo(name: BackendName): Promise<void> {
  if (!(await setBackend(name))) throw new Error(`the ${name} backend did not start`);
}

/**
 * Starts a backend, whose code is no part of the room's first bundle. Gives a sentence on it where
 * only the start could tell.
 */
const STARTERS: Readonly<Record<BackendName, (setup: BackendSetup) => Promise<string | null>>> = {
  webgpu: async ({ cpuForward = true }) => {
    await openWebGpu();
    const { registerWebGpuKernels } = await import('./webgpu/register.ts');
    registerWebGpuKernels();
    env().set('WEBGPU_CPU_FORWARD', cpuForward);
    await switchTo('webgpu');
    return null;
  },
  webgl: async () => {
    await import('@tensorflow/tfjs-backend-webgl');
    // Else every shape, and so every batch size, compiles programs of its own: half of the time
    // of the parity test.
    env().set('WEBGL_USE_SHAPES_UNIFORMS', true);
    removeLostContext();
    await switchTo('webgl');
    watchContext(backend());
    return null;
  },
  wasm: startWasm,
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await switchTo('cpu');
    return null;
  },
};

/** Thrown errors of drivers come in all shapes; their message is what counts. */
function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}

/**
 * Makes a backend the one that computes, without a self-test. Tensors of another backend stay
 * where they are and are moved when an op needs them.
 *
 * @returns A sentence on what computes, where only the start could tell; else null.
 * @throws Error when the backend cannot start; `chooseBackend` gives the same as a value.
 */
export async function startBackend(
  name: BackendName,
  setup: BackendSetup = {},
): Promise<string | null> {
  // Without it tfjs prints advice in Node and checks every result for NaN when debugging.
  enableProdMode();
  if (name !== 'wasm') endThreads?.();
  return STARTERS[name](setup);
}

/** A backend that passed its self-test, with a sentence on it; or why it did not. */
type Tried = { result: SelfTestResult; words: string | null } | string;

/** Starts one backend and tests its kernels; a sentence when it cannot be used. */
async function tryBackend(name: BackendName, setup: BackendSetup): Promise<Tried> {
  try {
    const words = await startBackend(name, setup);
    const result = await runSelfTest();
    if (result.failures.length === 0) return { result, words };
    const lies = result.failures.map(({ kernel, detail }) => `${kernel} (${detail})`);
    return `Its self-test failed: ${lies.join('; ')}.`;
  } catch (error) {
    return `It did not start: ${messageOf(error)}.`;
  }
}

/** Backends in the order in which they are tried: the wanted one first, then the rest by preference. */
function tryOrder(probes: readonly BackendProbe[], wanted?: BackendName): BackendProbe[] {
  const present = probes.filter(({ state }) => state !== 'absent');
  const rank = ({ name, state }: BackendProbe): number =>
    name === wanted ? 0 : state === 'preferred' ? 1 : 2;
  return present.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Chooses the backend: hardware WebGPU, hardware WebGL, wasm, cpu, each only when its self-test
 * passes; a person's wish comes first. GPUs emulated on the CPU come last: wasm is faster, on as
 * many threads as it can have.
 */
export async function chooseBackend(
  wanted?: BackendName,
  setup: BackendSetup = {},
): Promise<BackendChoice | NoBackend> {
  const probes = await probeBackends();
  const absent = probes.filter(
    ({ state, name }) => state === 'absent' || (state === 'possible' && name !== wanted),
  );
  const skipped: SkippedBackend[] = absent.map(({ name, reason }) => ({ name, reason }));
  for (const { name, reason } of tryOrder(probes, wanted)) {
    const tried = await tryBackend(name, { threads: 'all', ...setup });
    if (typeof tried !== 'string')
      return {
        ok: true,
        name,
        reason: tried.words ?? reason,
        skipped: skipped.filter((one) => one.name !== name),
        selfTest: tried.result,
      };
    skipped.push({ name, reason: tried });
  }
  const list = skipped.map(({ name, reason }) => `${name}: ${reason}`).join(' ');
  return {
    ok: false,
    code: 'no-backend',
    message: `No backend works here. ${list}`,
    skipped,
  };
}
