import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from './backends.ts';
import { differentiable, dispose, memory, valueAndGradients } from './engine.ts';
import { relu } from './ops/channels.ts';
import { dense } from './ops/dense.ts';
import { meanOf } from './ops/loss.ts';
import { read } from './read.ts';
import { recordForward } from './recorded.ts';
import { fromArray } from './tensors.ts';

describe.each(['cpu', 'wasm'] as const)('a recorded forward pass on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend);
  });

  it('takes its weights from its own value, after other gradients, and leaves no tensor', async () => {
    const before = memory().numTensors;
    const x = fromArray([1, 2, -3, 4], [2, 2]);
    const w = fromArray([1, -1, 2, 0.5], [2, 2]);
    const { value, pull } = recordForward((input) => relu(dense(input, w)), x);
    const found = await read(value);
    // x · w = [[5, 0], [5, 5]].
    expect(Array.from(found)).toEqual([5, 0, 5, 5]);
    const other = valueAndGradients(() => meanOf(relu(x)), [x]);
    const dy = fromArray(Float32Array.from(found), [2, 2]);
    const gradient = pull(dy);
    // dy · wᵀ, the ReLU at 0 giving nothing.
    expect(Array.from(await read(gradient))).toEqual([5, 10, 0, 12.5]);
    dispose([x, w, value, dy, gradient, other.value, ...other.gradients]);
    expect(memory().numTensors).toBe(before);
  });

  it('forgotten, or failed on the way there or back, leaves no tensor', () => {
    const before = memory().numTensors;
    const x = fromArray([1, 2], [1, 2]);
    const w = fromArray([1, 2, 3, 4], [2, 2]);
    const recorded = recordForward((input) => dense(input, w), x);
    recorded.forget();
    const broken = (): unknown =>
      recordForward((input) => {
        dense(input, w);
        throw new RangeError('half-way');
      }, x);
    expect(broken).toThrow('half-way');
    const unpulled = recordForward((input) => {
      const y = dense(input, w);
      return differentiable([y], () => {
        const gradients = (): never => {
          throw new RangeError('no gradient');
        };
        return { value: y.clone(), saved: [y], gradients };
      });
    }, x);
    const dy = fromArray([1, 1], [1, 2]);
    expect(() => unpulled.pull(dy)).toThrow('no gradient');
    dispose([x, w, recorded.value, unpulled.value, dy]);
    expect(memory().numTensors).toBe(before);
  });
});
