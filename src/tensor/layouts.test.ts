import { describe, expect, it } from 'vitest';
import { hwioToOihw, nchwToNhwc, nhwcToNchw, oihwToHwio, transposeDense } from './layouts.ts';

const numbers = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, at) => at);

describe('layouts', () => {
  it('put entry [o, i, k, t] of a PyTorch kernel at [k, t, i, o]', () => {
    const [O, I, K, T] = [2, 3, 4, 5];
    const out = oihwToHwio(numbers(O * I * K * T), [O, I, K, T]);
    const [o, i, k, t] = [1, 2, 3, 1];
    expect(out[((k * T + t) * I + i) * O + o]).toBe(((o * I + i) * K + k) * T + t);
  });

  it('put entry [n, c, h, w] of images at [n, h, w, c]', () => {
    const [N, C, H, W] = [2, 3, 4, 5];
    const out = nchwToNhwc(numbers(N * C * H * W), [N, C, H, W]);
    const [n, c, h, w] = [1, 2, 0, 4];
    expect(out[((n * H + h) * W + w) * C + c]).toBe(((n * C + c) * H + h) * W + w);
  });

  it('undo each other', () => {
    const values = numbers(2 * 3 * 4 * 5);
    expect(hwioToOihw(oihwToHwio(values, [2, 3, 4, 5]), [4, 5, 3, 2])).toEqual(values);
    expect(nhwcToNchw(nchwToNhwc(values, [2, 3, 4, 5]), [2, 4, 5, 3])).toEqual(values);
    expect(transposeDense(transposeDense(values, [10, 12]), [12, 10])).toEqual(values);
  });

  it('transpose a dense weight', () => {
    expect([...transposeDense(numbers(6), [2, 3])]).toEqual([0, 3, 1, 4, 2, 5]);
  });
});
