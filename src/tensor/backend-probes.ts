import type { BackendName } from './backend-names.ts';
import { nodeGpu } from './webgpu-device.ts';

/**
 * What was found out about a backend without starting it: `possible` is one that works but is
 * slower than the next (a GPU emulated by the CPU).
 */
export interface BackendProbe {
  readonly name: BackendName;
  readonly state: 'preferred' | 'possible' | 'absent';
  /** A sentence for the reader. */
  readonly reason: string;
}

/** Names of programs that emulate a GPU on the CPU, as adapters and drivers report them. */
const SOFTWARE_GPU = /swiftshader|llvmpipe|softpipe|software|basic render|lavapipe/i;

interface AdapterLabels {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}

/** Whether an adapter is no GPU: it says so itself, or bears the name of a known emulation. */
function isSoftwareAdapter(info: AdapterLabels): boolean {
  const words = [info.vendor, info.architecture, info.description].join(' ');
  return info.isFallbackAdapter === true || SOFTWARE_GPU.test(words);
}

function adapterName({ vendor, architecture, description }: AdapterLabels): string {
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
}

/** The word on a WebGPU adapter, or on there being none. */
export function judgeAdapter(info: AdapterLabels | null): Omit<BackendProbe, 'name'> {
  if (info === null) {
    return { state: 'absent', reason: 'WebGPU is here, but it offers no adapter.' };
  }
  return isSoftwareAdapter(info)
    ? {
        state: 'possible',
        reason: `WebGPU runs on the CPU here (${adapterName(info)}), slower than wasm.`,
      }
    : { state: 'preferred', reason: `WebGPU on ${adapterName(info)}.` };
}

async function probeWebGpu(): Promise<Omit<BackendProbe, 'name'>> {
  const { navigator, process } = globalThis as {
    navigator?: { gpu?: GPU };
    process?: { versions?: { node?: string } };
  };
  const gpu = navigator?.gpu ?? (await nodeGpu());
  if (gpu === null) {
    const way =
      process?.versions?.node === undefined ? '' : ' "npm install webgpu" adds it to Node.';
    return { state: 'absent', reason: `There is no WebGPU here.${way}` };
  }
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    return judgeAdapter(
      adapter === null ? null : ((adapter as { info?: AdapterLabels }).info ?? {}),
    );
  } catch {
    return judgeAdapter(null);
  }
}

/** The word on a WebGL renderer's name. */
export function judgeRenderer(renderer: string | null): Omit<BackendProbe, 'name'> {
  if (renderer === null) return { state: 'absent', reason: 'There is no WebGL here.' };
  return SOFTWARE_GPU.test(renderer)
    ? { state: 'possible', reason: `WebGL runs on the CPU here (${renderer}), slower than wasm.` }
    : { state: 'preferred', reason: `WebGL on ${renderer}.` };
}

function probeWebGl(): Omit<BackendProbe, 'name'> {
  if (typeof OffscreenCanvas === 'undefined') return judgeRenderer(null);
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (context === null) return judgeRenderer(null);
  const debug = context.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = context.getParameter(
    debug?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER,
  );
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return judgeRenderer(String(renderer));
}

/** A function of one SIMD instruction: validates exactly where wasm has 128-bit vectors. */
const SIMD_PROGRAM = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26,
  11,
]);

function probeWasm(): Omit<BackendProbe, 'name'> {
  if (typeof WebAssembly === 'undefined')
    return { state: 'absent', reason: 'There is no WebAssembly here.' };
  if (!WebAssembly.validate(SIMD_PROGRAM)) {
    return {
      state: 'absent',
      reason: "WebAssembly has no SIMD here, which the lab's kernels need.",
    };
  }
  return { state: 'preferred', reason: 'WebAssembly with SIMD.' };
}

/** Every backend with what is known of it, in order of preference. */
export async function probeBackends(): Promise<BackendProbe[]> {
  return [
    { name: 'webgpu', ...(await probeWebGpu()) },
    { name: 'webgl', ...probeWebGl() },
    { name: 'wasm', ...probeWasm() },
    { name: 'cpu', state: 'preferred', reason: 'Plain JavaScript: always works, very slow.' },
  ];
}
