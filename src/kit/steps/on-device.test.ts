import { describe, expect, it } from 'vitest';
import { MAX_RESTARTS, onDevice, OtherDeviceError, type LosableDevice } from './on-device.ts';
import { mapSteps, resultOf } from './steps.ts';

class Failure extends Error {
  constructor(
    message: string,
    readonly lost: boolean,
  ) {
    super(message);
  }
}

/** A device that opens under the given names in turn; the last one repeats. */
function deviceOf(...names: string[]) {
  const counts = { opened: 0, forgotten: 0 };
  const device: LosableDevice<Failure> = {
    open: () => Promise.resolve(names[Math.min(counts.opened++, names.length - 1)]!),
    forget: () => (counts.forgotten += 1),
    failureOf: (error) => Promise.resolve(error instanceof Failure ? error : null),
    isLost: ({ lost }) => lost,
  };
  return { device, counts };
}

/** Attempts that fail with these errors in turn, then succeed; yields the attempt's number. */
function attempts(errors: readonly Error[], closed: number[] = []) {
  let made = 0;
  return async function* (name: string): AsyncGenerator<number, string, undefined> {
    const attempt = made++;
    try {
      yield await Promise.resolve(attempt);
      const error = errors[attempt];
      if (error !== undefined) throw error;
      return `done on ${name}`;
    } finally {
      closed.push(attempt);
    }
  };
}

const lost = new Failure('The device was lost.', true);
const times = (count: number): Failure[] => Array.from({ length: count }, () => lost);

describe('P10 steps on a device that is lost', () => {
  it('start again on the reopened device, up to the limit', async () => {
    const { device, counts } = deviceOf('webgpu');
    const restarts: Failure[] = [];
    const closed: number[] = [];
    const work = onDevice(device, attempts(times(MAX_RESTARTS), closed), (one) => {
      restarts.push(one);
    });
    expect(await resultOf(work)).toBe('done on webgpu');
    expect(restarts).toEqual(times(MAX_RESTARTS));
    expect(counts).toEqual({ opened: MAX_RESTARTS + 1, forgotten: MAX_RESTARTS });
    expect(closed).toEqual([0, 1, 2, 3]);
  });

  it('end with the failure beyond the limit, and the device is released', async () => {
    const { device, counts } = deviceOf('webgpu');
    const work = onDevice(device, attempts(times(MAX_RESTARTS + 1)));
    await expect(resultOf(work)).rejects.toBe(lost);
    expect(counts.forgotten).toBe(MAX_RESTARTS + 1);
  });

  it('never continue on another device', async () => {
    const { device } = deviceOf('webgpu', 'wasm');
    const made: string[] = [];
    const attempt = attempts(times(1));
    const work = onDevice(device, (name) => {
      made.push(name);
      return attempt(name);
    });
    const error: unknown = await resultOf(work).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(OtherDeviceError);
    expect(error).toMatchObject({ before: 'webgpu', now: 'wasm', lost });
    expect(made).toEqual(['webgpu']);
  });

  it('do not start again after another failure of the device, or another error', async () => {
    const full = new Failure('The device is out of memory.', false);
    const storage = new Error('The storage is full.');
    for (const [error, forgotten] of [
      [full, 1],
      [storage, 0],
    ] as const) {
      const { device, counts } = deviceOf('webgpu');
      await expect(resultOf(onDevice(device, attempts([error])))).rejects.toBe(error);
      expect(counts).toEqual({ opened: 1, forgotten });
    }
  });

  it('are closed when left early', async () => {
    const closed: number[] = [];
    const { device } = deviceOf('webgpu');
    const work = mapSteps(onDevice(device, attempts([], closed)), (one) => one);
    await work.next();
    await work.return('');
    expect(closed).toEqual([0]);
  });
});
