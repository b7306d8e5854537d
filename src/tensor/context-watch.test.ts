import { describe, expect, it } from 'vitest';
import { ContextWatch, type WatchedContext } from './context-watch.ts';
import { DeviceError, type DeviceTrouble } from './device-error.ts';

const ALREADY_SIGNALED = 0x911a;
const TIMEOUT_EXPIRED = 0x911b;

/** A context that does as the test says, watched. */
function watchedContext({ hungAfter = 1000, fences = true } = {}) {
  let lost = false;
  let tell = (): void => undefined;
  const passed = new Set<object>();
  const [made, deleted]: [object[], object[]] = [[], []];
  const fencing = {
    fenceSync: () => {
      made.push({});
      return made.at(-1) as WebGLSync;
    },
    clientWaitSync: (fence: WebGLSync) => (passed.has(fence) ? ALREADY_SIGNALED : TIMEOUT_EXPIRED),
    deleteSync: (fence: WebGLSync | null) => void deleted.push(fence!),
  };
  const gl: WatchedContext = {
    canvas: { addEventListener: (_: string, listener: unknown) => (tell = listener as () => void) },
    isContextLost: () => lost,
    getExtension: () => ({ loseContext: () => void (lost = true) }),
    ...(fences ? fencing : {}),
  };
  let programs = 0;
  const gpgpu = { gl, itemsToPoll: [1] as unknown[], executeProgram: () => void (programs += 1) };
  const told: DeviceTrouble[] = [];
  const watch = new ContextWatch({ gpgpu }, (trouble) => told.push(trouble), hungAfter);
  return {
    watch,
    gpgpu,
    told,
    made,
    deleted,
    programs: () => programs,
    pass: () => made.forEach((fence) => passed.add(fence)),
    lose: () => {
      lost = true;
      tell();
    },
  };
}

const never = (): Promise<never> => new Promise(() => undefined);
function later<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(value), milliseconds);
  });
}
const run = (gpgpu: { executeProgram(): void }, programs: number): void => {
  for (let at = 0; at < programs; at++) gpgpu.executeProgram();
};

describe('a watched WebGL context', () => {
  it('E4 that is well gives its numbers, runs its programs and tells nothing', async () => {
    const { watch, gpgpu, told, programs } = watchedContext();
    run(gpgpu, 5);
    expect(await watch.guard(Promise.resolve([1, 2]))).toEqual([1, 2]);
    expect([programs(), told, watch.trouble()]).toEqual([5, [], null]);
  });

  it('E4 that is lost ends a read which would never end, and is reported once', async () => {
    const { watch, told, lose, gpgpu } = watchedContext();
    const read = watch.guard(never());
    lose();
    await expect(read).rejects.toThrow(
      'The GPU was lost: the browser took its WebGL context away.',
    );
    expect(watch.reasonOf(new Error('x'))).toBeInstanceOf(DeviceError);
    expect([told.map(({ code }) => code), gpgpu.itemsToPoll]).toEqual([['device-lost'], []]);
  });

  it('E4 that is lost gives no numbers, although the read ended: they are zeros', async () => {
    const { watch, lose } = watchedContext();
    const read = watch.guard(later(20, [0]));
    lose();
    await expect(read).rejects.toThrow('The GPU was lost');
  });

  it('E4 passes on an error that is no fault of the context', async () => {
    const { watch } = watchedContext();
    await expect(watch.guard(Promise.reject(new TypeError('shape')))).rejects.toThrow('shape');
  });

  it('E4 whose queue hangs is reported with the seconds, and released', async () => {
    const { watch, told } = watchedContext({ hungAfter: 50 });
    await expect(watch.guard(never())).rejects.toThrow('The GPU has finished nothing for 0 s');
    expect(told.map(({ code }) => code)).toEqual(['hung-queue']);
    expect(watch.backend.gpgpu.gl.isContextLost()).toBe(true);
  });

  it('E4 that is slow, which its fences tell, is not taken for a hung one', async () => {
    const { watch, gpgpu, told, pass, deleted } = watchedContext({ hungAfter: 40 });
    run(gpgpu, 64);
    const passing = setInterval(() => {
      run(gpgpu, 32);
      pass();
    }, 10);
    expect(await watch.guard(later(200, 7))).toBe(7);
    clearInterval(passing);
    expect(told).toEqual([]);
    expect(deleted.length).toBeGreaterThan(2);
  });

  it('E4 keeps a bounded number of fences', () => {
    const { gpgpu, made, deleted } = watchedContext();
    run(gpgpu, 32 * 100);
    expect(made.length - deleted.length).toBe(64);
  });

  it('E4 without fences waits for as long as it takes', async () => {
    const { watch, told } = watchedContext({ hungAfter: 20, fences: false });
    expect(await watch.guard(later(100, 7))).toBe(7);
    expect(told).toEqual([]);
  });
});
