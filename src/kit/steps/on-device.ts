/** A device that can be lost and opened again. */
export interface LosableDevice<Failure extends Error> {
  /** Opens the device if necessary. Returns its name; throws when it cannot be opened. */
  readonly open: () => Promise<string>;
  /** Makes the next `open` open the device again. */
  readonly forget: () => void;
  /** The device's failure that caused an error; null when the error has another cause. */
  readonly failureOf: (error: unknown) => Promise<Failure | null>;
  /** Whether the device is gone and may be opened again without asking. */
  readonly isLost: (failure: Failure) => boolean;
}

/** Most times that one job opens a lost device again. */
export const MAX_RESTARTS = 3;

/** Another device opened in place of the lost one. */
export class OtherDeviceError extends Error {
  override readonly name = 'OtherDeviceError';

  constructor(
    readonly before: string,
    readonly now: string,
    readonly lost: Error,
  ) {
    super(`${lost.message} ${before} could not be opened again; ${now} opened in its place.`);
  }
}

/**
 * Runs steps on a device. When the device is lost, opens it again and starts a new attempt, at most
 * {@link MAX_RESTARTS} times. Another device never takes its place.
 *
 * @param attempt makes the steps; gets the device's name. It continues from what earlier attempts
 * have stored.
 * @param onRestart called with the failure before each new attempt.
 * @throws the device's failure when it is not a loss or the limit is reached.
 * @throws OtherDeviceError when another device opens after a loss.
 * @throws other errors unchanged.
 */
export async function* onDevice<Failure extends Error, E, R>(
  device: LosableDevice<Failure>,
  attempt: (name: string) => AsyncGenerator<E, R, undefined>,
  onRestart: (failure: Failure) => void = () => undefined,
): AsyncGenerator<E, R, undefined> {
  let before: string | null = null;
  let lost: Failure | null = null;
  for (let restarts = 0; ; restarts++) {
    try {
      const name = await device.open();
      if (lost !== null && before !== null && before !== name) {
        throw new OtherDeviceError(before, name, lost);
      }
      before = name;
      return yield* attempt(name);
    } catch (error) {
      const failure = error instanceof OtherDeviceError ? null : await device.failureOf(error);
      if (failure === null) throw error;
      device.forget();
      if (!device.isLost(failure) || restarts === MAX_RESTARTS) throw failure;
      lost = failure;
      onRestart(failure);
    }
  }
}
