import { findBackendFactory, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { tellTrouble, watchDevice } from './device.ts';
import { DeviceError, type DeviceTrouble } from './device-error.ts';

const LOST: DeviceTrouble = {
  code: 'device-lost',
  message: 'The GPU was lost: the browser took its WebGL context away.',
};

/** As much of tfjs's WebGL backend as is watched. */
interface WebGlBackend {
  readonly gpgpu: {
    readonly gl: { readonly canvas: EventTarget; isContextLost(): boolean };
    /** Reads under way ask for their fences from here, again and again. */
    itemsToPoll: unknown[];
  };
}

/**
 * Watches one context. tfjs makes no use of a loss but to ask for another context one day: its reads
 * under way wait for fences that no one passes, and later ones give zeros.
 */
class ContextWatch {
  #told = false;
  #settle: () => void = () => undefined;
  readonly #lost = new Promise<void>((resolve) => (this.#settle = resolve));

  constructor(readonly backend: WebGlBackend) {
    backend.gpgpu.gl.canvas.addEventListener('webglcontextlost', () => this.isLost());
  }

  /** Whether the context is lost; the first time that it is seen it is told. */
  isLost(): boolean {
    const { gpgpu } = this.backend;
    if (!gpgpu.gl.isContextLost() && !this.#told) return false;
    if (!this.#told) {
      this.#told = true;
      gpgpu.itemsToPoll = [];
      this.#settle();
      tellTrouble(LOST);
    }
    return true;
  }

  reasonOf(error: unknown): unknown {
    return this.isLost() ? new DeviceError(LOST) : error;
  }

  async guard<T>(read: Promise<T>): Promise<T> {
    // The one that loses the race may fail too: nobody waits for it any more.
    read.catch(() => undefined);
    try {
      const numbers = await Promise.race([read, this.#lost]);
      if (!this.isLost()) return numbers as T;
    } catch (error) {
      throw this.reasonOf(error);
    }
    throw new DeviceError(LOST);
  }
}

let watched: ContextWatch | null = null;

watchDevice('webgl', {
  reasonOf: (error) => watched?.reasonOf(error) ?? error,
  guard: (read) => watched?.guard(read) ?? read,
});

/** Lets a backend whose context is lost go: the next start asks for a new context. Its tensors are void. */
export function removeLostContext(): void {
  if (watched?.isLost() !== true) return;
  watched = null;
  const make = findBackendFactory('webgl');
  removeBackend('webgl');
  registerBackend('webgl', make, 2);
}

/** Watches over the context of tfjs's WebGL backend. */
export function watchContext(backend: unknown): void {
  if (watched?.backend !== backend) watched = new ContextWatch(backend as WebGlBackend);
}
