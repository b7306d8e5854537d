import { getBackend } from '@tensorflow/tfjs-core';
import type { BackendName } from './backend-names.ts';
import type { DeviceTrouble } from './device-error.ts';

export type { DeviceTrouble };

/** What watches over the device of a backend. */
export interface DeviceWatch {
  /** A DeviceError where an error comes from the device's trouble, else the error itself. */
  reasonOf(error: unknown): unknown;
  /** A read that ends although the device is in trouble: with a DeviceError then. */
  guard?<T>(read: Promise<T>): Promise<T>;
}

const watches = new Map<string, DeviceWatch>();
const listeners = new Set<(trouble: DeviceTrouble) => void>();

/** Names what watches over a backend's device, in place of what did before. */
export function watchDevice(name: BackendName, watch: DeviceWatch): void {
  watches.set(name, watch);
}

/** Tells a device's trouble to whoever listens. */
export function tellTrouble(trouble: DeviceTrouble): void {
  listeners.forEach((listener) => listener(trouble));
}

/** Tells when the device reports trouble; the returned function stops that. */
export function onDeviceTrouble(listener: (trouble: DeviceTrouble) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const watchInUse = (): DeviceWatch | undefined => watches.get(getBackend());

/**
 * What to throw for an error on the backend in use: its device's own word (a DeviceError) when that is
 * in trouble, else the error. An operation on a lost device can throw before the loss is reported.
 */
export async function deviceReason(error: unknown): Promise<unknown> {
  const watch = watchInUse();
  return watch === undefined ? error : await watch.reasonOf(error);
}

/**
 * A read of a tensor's numbers on the backend in use, which ends although its device is lost or silent.
 *
 * @throws DeviceError in that case, and when a command failed before.
 */
export async function guardRead<T>(read: Promise<T>): Promise<T> {
  return watchInUse()?.guard?.(read) ?? read;
}
