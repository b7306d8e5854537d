import { describe, expect, it } from 'vitest';
import { DeviceError, type DeviceTrouble } from '../device-error.ts';
import { Supervisor, type SupervisedDevice } from './supervisor.ts';

class GPUOutOfMemoryError {
  readonly message = 'buffer of 8 GB';
}
class GPUValidationError {
  readonly message = 'binding is too large\n - While calling createBindGroup';
}

/** A device that does as the test says. */
function fakeDevice() {
  let lose: (info: { message: string }) => void = () => undefined;
  let fail: (event: { error: object }) => void = () => undefined;
  let finish: () => void = () => undefined;
  let destroyed = false;
  const device: SupervisedDevice = {
    lost: new Promise((resolve) => (lose = resolve)),
    queue: {
      submit: () => undefined,
      onSubmittedWorkDone: () => new Promise<void>((resolve) => (finish = resolve)),
    },
    addEventListener: (_, listener) => (fail = listener),
    destroy: () => {
      destroyed = true;
      lose({ message: 'destroyed' });
    },
  };
  return {
    device,
    lose: (message: string) => lose({ message }),
    fail: (error: object) => fail({ error }),
    finish: () => finish(),
    isDestroyed: () => destroyed,
  };
}

function supervise(hungAfter = 1000) {
  const fake = fakeDevice();
  const told: DeviceTrouble[] = [];
  const supervisor = new Supervisor(fake.device, (trouble) => told.push(trouble), {
    hungAfter,
    reasonWithin: 100,
  });
  return { ...fake, told, supervisor };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
const later = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

describe('a supervised device', () => {
  it('E4 that is well gives its numbers and tells nothing', async () => {
    const { supervisor, told } = supervise();
    expect(await supervisor.guard(Promise.resolve([1, 2]))).toEqual([1, 2]);
    expect([supervisor.trouble, told]).toEqual([null, []]);
  });

  it('E4 that is lost ends a read which would never end, with the reason', async () => {
    const { supervisor, told, lose } = supervise();
    const read = supervisor.guard(never());
    lose('a driver update');
    await expect(read).rejects.toThrow('The GPU was lost: a driver update');
    expect(told.map(({ code }) => code)).toEqual(['device-lost']);
  });

  it('E4 gives the reason for a read that failed before the loss was told', async () => {
    const { supervisor, lose } = supervise();
    const read = supervisor.guard(Promise.reject(new TypeError('mapAsync')));
    void later(10).then(() => lose('gone'));
    await expect(read).rejects.toBeInstanceOf(DeviceError);
  });

  it('E4 passes on an error that is no fault of the device', async () => {
    const { supervisor } = supervise();
    await expect(supervisor.guard(Promise.reject(new TypeError('ours')))).rejects.toThrow('ours');
  });

  it.each([
    [new GPUOutOfMemoryError(), 'out-of-memory', "The GPU's memory is full: buffer of 8 GB"],
    [new GPUValidationError(), 'device-error', 'The GPU refused a command: binding is too large'],
  ])('E4 does not trust numbers after a failed command: %o', async (error, code, message) => {
    const { supervisor, told, fail } = supervise();
    fail(error);
    await expect(supervisor.guard(Promise.resolve([0, 0]))).rejects.toThrow(message);
    expect(told).toEqual([{ code, message }]);
  });

  it('E4 that finishes nothing for the stated time hangs: told, destroyed, the read ends', async () => {
    const { supervisor, told, isDestroyed } = supervise(50);
    await expect(supervisor.guard(never())).rejects.toThrow('its queue hangs');
    expect(told.map(({ code }) => code)).toEqual(['hung-queue']);
    expect(isDestroyed()).toBe(true);
  });

  it('E4 that is slow but finishes work does not hang', async () => {
    const { device, supervisor, told, finish } = supervise(100);
    device.queue.submit([]);
    const read = supervisor.guard(later(170).then(() => 7));
    void later(80).then(finish);
    expect(await read).toBe(7);
    expect(told).toEqual([]);
  });

  it('E4 that is closed on purpose tells nothing', async () => {
    const { supervisor, told, isDestroyed } = supervise();
    supervisor.close();
    await later(5);
    expect([isDestroyed(), told]).toEqual([true, []]);
  });
});
