import { getBackend, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { boundPool, type PooledBackend } from './webgpu/buffer-pool.ts';
import { tellTrouble, watchDevice } from './device.ts';
import { Supervisor } from './webgpu/supervisor.ts';

/** Limits that tfjs's programs can use; asked for as high as the adapter goes. */
const WANTED_LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** The device in use, watched; null before the first. */
let watched: Supervisor | null = null;

let freePool: (() => void) | null = null;

/** Gives the device back what the backend in use holds and does not need: for when a job is over. */
export function freeIdleBuffers(): void {
  if (getBackend() === 'webgpu' && watched?.trouble === null) freePool?.();
}

/** Whether an error may be how a device in trouble shows: a named error of the lab's own is not. */
function mayBeOfDevice(error: unknown): boolean {
  return error instanceof TypeError || error instanceof DOMException;
}

watchDevice('webgpu', {
  reasonOf: (error) => {
    if (watched === null) return error;
    return watched.trouble !== null || mayBeOfDevice(error) ? watched.reasonOf(error) : error;
  },
  guard: (read) => (watched === null ? read : watched.guard(read)),
});

/**
 * Puts WebGPU into Node (`navigator.gpu`) where the optional npm package `webgpu` is installed; null
 * where it is not. The package needs a Vulkan, Metal or D3D12 driver.
 */
export async function nodeGpu(): Promise<GPU | null> {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  if (process?.versions?.node === undefined) return null;
  try {
    const name = 'webgpu';
    const dawn = (await import(/* @vite-ignore */ name)) as {
      create(options: string[]): GPU;
      globals: object;
    };
    Object.assign(globalThis, dawn.globals);
    const gpu = dawn.create([]);
    const navigator = (globalThis as { navigator?: object }).navigator ?? {};
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
    return gpu;
  } catch {
    return null;
  }
}

async function openDevice(): Promise<{ device: GPUDevice; info: GPUAdapterInfo }> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('WebGPU offers no adapter');
  const requiredLimits = Object.fromEntries(
    WANTED_LIMITS.map((name) => [name, adapter.limits[name]]),
  );
  const device = await adapter.requestDevice({ requiredLimits });
  return { device, info: adapter.info };
}

/**
 * Registers tfjs's WebGPU backend on a device of our own, so that its loss is noticed and a new
 * one can take its place. A backend that is already open and well is kept; after trouble, or when
 * a fresh one is asked for, the old device is destroyed and its tensors are void: the caller makes
 * them again from what it last read.
 *
 * @throws Error when there is no adapter or it gives no device.
 */
export async function openWebGpu(options: { fresh?: boolean } = {}): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  if (watched !== null && watched.trouble === null && options.fresh !== true) return;
  const { device, info } = await openDevice();
  // tfjs registers its own factory where it finds a window or worker; ours takes its place.
  removeBackend('webgpu');
  watched?.close();
  watched = new Supervisor(device, tellTrouble);
  registerBackend(
    'webgpu',
    () => {
      const backend = new WebGPUBackend(device, info);
      freePool = boundPool(backend as unknown as PooledBackend);
      return backend;
    },
    3,
  );
}
