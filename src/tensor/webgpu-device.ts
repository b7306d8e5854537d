import { registerBackend, removeBackend } from '@tensorflow/tfjs-core';

/** Limits that tfjs's programs can use; asked for as high as the adapter goes. */
const WANTED_LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** What a WebGPU device reported on its own: it is gone, or a command failed. */
export interface DeviceTrouble {
  readonly code: 'device-lost' | 'out-of-memory' | 'device-error';
  readonly message: string;
}

/** Whether the registered backend is on a device of ours. */
let opened = false;

const listeners = new Set<(trouble: DeviceTrouble) => void>();

/** Tells when the device reports trouble; the returned function stops that. */
export function onDeviceTrouble(listener: (trouble: DeviceTrouble) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function report(trouble: DeviceTrouble): void {
  listeners.forEach((listener) => listener(trouble));
}

/** Node has WebGPU where the npm package of that name is installed; it is optional. */
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

/** Watches a device: tfjs itself never asks whether it is lost or a command failed. */
function watch(device: GPUDevice): void {
  void device.lost.then(({ reason, message }) => {
    // "destroyed" is our own doing (a switch to another backend).
    if (reason !== 'destroyed')
      report({ code: 'device-lost', message: message || 'the GPU was lost' });
  });
  device.addEventListener('uncapturederror', ({ error }) => {
    const code =
      error.constructor.name === 'GPUOutOfMemoryError' ? 'out-of-memory' : 'device-error';
    report({ code, message: error.message });
  });
}

async function openDevice(): Promise<{ device: GPUDevice; info: GPUAdapterInfo }> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('WebGPU offers no adapter');
  const requiredLimits = Object.fromEntries(
    WANTED_LIMITS.map((name) => [name, adapter.limits[name]]),
  );
  const device = await adapter.requestDevice({ requiredLimits });
  watch(device);
  return { device, info: adapter.info };
}

/**
 * Registers tfjs's WebGPU backend on a device of our own, so that its loss is noticed and a new
 * one can take its place. A backend that is already open is kept.
 *
 * @throws Error when there is no adapter or it gives no device.
 */
export async function openWebGpu(options: { fresh?: boolean } = {}): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  if (opened && options.fresh !== true) return;
  const { device, info } = await openDevice();
  // tfjs registers its own factory where it finds a window or worker; ours takes its place.
  removeBackend('webgpu');
  registerBackend('webgpu', () => new WebGPUBackend(device, info), 3);
  opened = true;
}
