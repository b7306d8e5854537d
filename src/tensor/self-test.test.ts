import { afterEach, describe, expect, it } from 'vitest';
import { getBackend, getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { chooseBackend, startBackend } from './backends.ts';
import type { BackendName } from './backend-names.ts';
import { memory } from './engine.ts';
import { runSelfTest } from './self-test.ts';

let restore: (() => void) | null = null;

/** Replaces a kernel of the backend in use until the test ends. */
function breakKernel(kernelName: string, wrap: (kernel: KernelFunc) => KernelFunc): void {
  const backendName = getBackend();
  const config: KernelConfig = getKernel(kernelName, backendName);
  const replace = (kernelFunc: KernelFunc): void => {
    unregisterKernel(kernelName, backendName);
    registerKernel({ ...config, kernelFunc });
  };
  replace(wrap(config.kernelFunc));
  restore = () => replace(config.kernelFunc);
}

/** A kernel whose last number is off by one thousandth (by one where it is a whole number). */
const slightlyWrong =
  (kernel: KernelFunc): KernelFunc =>
  (call) => {
    const result = kernel(call) as TensorInfo;
    const backend = call.backend as {
      typedArrayFromHeap?: (info: TensorInfo) => Float32Array;
      data: Map<object, { values: Float32Array }>;
    };
    const values = backend.typedArrayFromHeap?.(result) ?? backend.data.get(result.dataId)!.values;
    values[values.length - 1]! += result.dtype === 'int32' ? 1 : 1e-3;
    return result;
  };

const throwing = (): KernelFunc => () => {
  throw new Error('lost');
};

describe.each(['cpu', 'wasm'] as const)('self-test on %s', (name: BackendName) => {
  afterEach(() => {
    restore?.();
    restore = null;
  });

  it('E2 finds no failure, leaves no tensor, and tells its time', async () => {
    await startBackend(name);
    await runSelfTest();
    const before = memory().numTensors;
    const runs = [await runSelfTest(), await runSelfTest(), await runSelfTest()];
    expect(runs.flatMap(({ failures }) => failures)).toEqual([]);
    expect(memory().numTensors).toBe(before);
    for (const { milliseconds } of runs) expect(milliseconds).toBeGreaterThan(0);
  });

  const filterKernel = name === 'wasm' ? 'LabConv2DFilterGradient' : 'Conv2DBackpropFilter';
  const forwardKernel = name === 'wasm' ? 'LabConv2D' : 'Conv2D';
  it.each([
    [filterKernel, 'Convolution, filter gradient'],
    [forwardKernel, 'Convolution'],
    ['MaxPool', 'Max-pool'],
    ['Sign', 'Sign'],
    ['ArgMax', 'Arg-max at ties'],
  ])('names the kernel when %s is slightly wrong', async (kernel, expected) => {
    await startBackend(name);
    breakKernel(kernel, slightlyWrong);
    const { failures } = await runSelfTest();
    expect(failures.map((failure) => failure.kernel)).toContain(expected);
  });

  it('counts a kernel that throws as a failure', async () => {
    await startBackend(name);
    breakKernel('ArgMax', throwing);
    const { failures } = await runSelfTest();
    expect(failures).toContainEqual({ kernel: 'Arg-max', detail: 'lost' });
  });
});

describe('choice of the backend', () => {
  afterEach(() => {
    restore?.();
    restore = null;
  });

  it('is wasm where there is no GPU, and says why not the others', async () => {
    const choice = await chooseBackend();
    expect(choice).toMatchObject({ ok: true, name: 'wasm' });
    expect(choice.skipped.find(({ name }) => name === 'webgl')?.reason).toBe(
      'There is no WebGL here.',
    );
  });

  it('is what the person wants when that passes', async () => {
    expect(await chooseBackend('cpu')).toMatchObject({ ok: true, name: 'cpu' });
  });

  it('E5 skips a backend whose kernel lies and names that kernel', async () => {
    await startBackend('wasm');
    breakKernel('Sign', slightlyWrong);
    const choice = await chooseBackend();
    expect(choice).toMatchObject({ ok: true, name: 'cpu' });
    expect(choice.skipped.find(({ name }) => name === 'wasm')?.reason).toMatch(
      /^Its self-test failed: Sign/,
    );
  });
});
