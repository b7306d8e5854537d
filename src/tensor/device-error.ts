/** What goes wrong with a device by itself: it is gone, full, silent, or refused a command. */
export interface DeviceTrouble {
  readonly code: 'device-lost' | 'out-of-memory' | 'hung-queue' | 'device-error';
  /** A sentence for the reader. */
  readonly message: string;
}

/** What computes has failed; what was computed since the last good read is void. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';

  constructor(readonly trouble: DeviceTrouble) {
    super(trouble.message);
  }
}
