import { StorageError } from '../kit/kept/store/storage-error.ts';
import type { LosableDevice } from '../kit/steps/on-device.ts';
import { deviceReason } from '../tensor/device.ts';
import { DeviceError } from '../tensor/device-error.ts';
import { backendName, forgetBackend } from './backend.ts';

/** The failure of the backend's device behind an error, if any. Failed storage is never its fault. */
async function failureOf(error: unknown): Promise<DeviceError | null> {
  if (error instanceof StorageError) return null;
  const reason = await deviceReason(error);
  return reason instanceof DeviceError ? reason : null;
}

/** The device of the worker's backend. */
export const DEVICE: LosableDevice<DeviceError> = {
  open: backendName,
  forget: forgetBackend,
  failureOf,
  isLost: ({ trouble }) => trouble.code === 'device-lost',
};
