import { findBackendFactory, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { ContextWatch, type WatchedWebGl } from './context-watch.ts';
import { tellTrouble, watchDevice } from './device.ts';

let watched: ContextWatch | null = null;

watchDevice('webgl', {
  reasonOf: (error) => watched?.reasonOf(error) ?? error,
  guard: (read) => watched?.guard(read) ?? read,
});

/**
 * Lets a backend whose context is lost or hangs go: the next start asks for a new context. Its tensors
 * are void.
 */
export function removeLostContext(): void {
  if (watched === null || watched.trouble() === null) return;
  watched = null;
  const make = findBackendFactory('webgl');
  removeBackend('webgl');
  registerBackend('webgl', make, 2);
}

/** Watches over the context of tfjs's WebGL backend. */
export function watchContext(backend: unknown): void {
  if (watched?.backend !== backend)
    watched = new ContextWatch(backend as WatchedWebGl, tellTrouble);
}
